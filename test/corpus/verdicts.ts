/**
 * What was found out by hand about each error of the corpus, by reading its package.
 *
 * - `right`: the package, installed as it is, has this fault.
 * - `instance`: right of the made-up instance of a template, for which nobody wrote a configuration.
 * - `unpacked`: right of an unpacked package; on a machine a maintainer script has made the file.
 * - `wrong`: a false alarm. There must be none.
 */
export interface Verdict {
  readonly is: 'right' | 'instance' | 'unpacked' | 'wrong'
  readonly why: string
}

const missingFile = 'unit-environment/environment-file-missing'

/** By rule and subject: `unit-environment/environment-file-missing atftpd.service`. */
export const verdicts: ReadonlyMap<string, Verdict> = new Map(
  Object.entries({
    [`${missingFile} atftpd.service`]: unpacked('postinst writes /etc/default/atftpd'),
    [`${missingFile} curvedns.service`]: unpacked('postinst writes numeric_uid_gid and makes a private key'),
    [`${missingFile} dhcpy6d.service`]: unpacked('postinst makes /etc/default/dhcpy6d with ucf'),
    [`${missingFile} fwlogwatch.service`]: unpacked('postinst writes /etc/default/fwlogwatch'),
    [`${missingFile} iodined.service`]: unpacked('postinst writes /etc/default/iodine'),
    [`${missingFile} ipmi_port.service`]: right(
      'only ipmiutil.env.template is shipped, and nothing makes ipmiutil.env',
    ),
    [`${missingFile} ipmiutil_asy.service`]: right('the same ipmiutil.env'),
    [`${missingFile} ipmiutil_evt.service`]: right('the same ipmiutil.env'),
    [`${missingFile} kdump-tools-dump.service`]: unpacked('postinst makes /etc/default/kdump-tools with ucf'),
    [`${missingFile} kdump-tools.service`]: unpacked('postinst makes /etc/default/kdump-tools with ucf'),
    [`${missingFile} minissdpd.service`]: unpacked('postinst copies /etc/default/minissdpd'),
    [`${missingFile} nfdump@corpus.service`]: instance('/etc/nfdump/corpus.conf'),
    [`${missingFile} openafs-client.service`]: unpacked('postinst runs openafs-client-precheck, which writes the file'),
    [`${missingFile} softflowd@corpus.service`]: instance('/etc/softflowd/corpus.conf'),
    [`${missingFile} vblade@corpus.service`]: instance('/etc/vblade.conf.d/corpus.conf'),
    [`${missingFile} voms@corpus.service`]: right('it reads /etc/sysconfig/voms, the package ships /etc/default/voms'),
    [`${missingFile} watchdog.service`]: unpacked('postinst writes /etc/default/watchdog'),
    [`${missingFile} wd_keepalive.service`]: unpacked('postinst writes /etc/default/watchdog'),
  }),
)

function right(why: string): Verdict {
  return {is: 'right', why}
}

function unpacked(why: string): Verdict {
  return {is: 'unpacked', why}
}

function instance(path: string): Verdict {
  return {is: 'instance', why: `the administrator writes ${path}`}
}
