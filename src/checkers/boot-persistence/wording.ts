/** All wording of the checker, by rule. Strings of the host are untrusted and escaped when printed. */
export const wording = {
  'start-not-enabled': {
    summary: (name: string, state: string) =>
      `${name} runs now and will not start at boot: it is ${state}, and nothing else starts it`,
    why:
      'At boot systemd starts default.target and what that pulls in through links in .wants, .requires and .upholds ' +
      'folders and through settings of units. That a unit was started by hand is not remembered (systemctl(1), enable).',
    whyLinked:
      'systemctl link only makes a unit file known to systemd. What starts it at boot are the links that systemctl ' +
      'enable makes (systemctl(1), link).',
  },
  'start-enabled-until-reboot': {
    summary: (name: string) => `${name} runs now and is enabled for this boot only: the next one will not start it`,
    why:
      'The link that starts it is in /run, where systemctl enable --runtime puts it. /run is empty after a reboot ' +
      '(systemctl(1), --runtime; file-hierarchy(7)).',
  },
  'target-not-started': {
    summary: (name: string, by: readonly string[]) =>
      `${name} runs now and will not start at boot: it is enabled for ${by.join(', ')}, which no boot starts`,
    why: (target: string) =>
      `A link in NAME.wants starts a unit when NAME is started. The walk from default.target, which is ${target} here, does not come to it.`,
    whyLacks: (by: string, lacks: string) =>
      `${by} requires ${lacks}, which cannot be started. systemd then leaves out what ${by} asks for with Wants=, and from version 254 on ${by} itself.`,
  },
  'requirement-missing': {
    summary: (name: string, missing: string, how: string) =>
      `${name} runs now and will not start again: it requires ${missing}, which ${how}`,
    how: {masked: 'is masked', refused: 'systemd refuses', gone: 'does not exist', there: 'cannot be started'},
    why:
      'A unit is not started when one that it requires (Requires=, BindsTo=, a .requires folder), itself or through ' +
      'others, cannot be loaded. From version 254 on that is so at boot, too, where it is only wanted.',
  },
  'unit-masked': {
    summary: (name: string) => `${name} runs now and will not start again: it has been masked since it was started`,
    why:
      'A unit whose file is a link to /dev/null, or empty, cannot be started by anything; what runs already goes on ' +
      '(systemctl(1), mask).',
  },
  'unit-refused': {
    summary: (name: string, error: string) => `${name} runs now and will not start again: ${error}`,
    why: 'systemd starts no unit whose file it refuses (LoadState=bad-setting, or error). What runs already goes on.',
  },
  'unit-file-gone': {
    runs: (name: string) => `${name} runs now and is enabled, and its unit file is gone: it will not start again`,
    runsOnly: (name: string) => `${name} runs now and its unit file is gone: it will not start again`,
    enabled: (name: string) => `${name} is to be started at boot, and there is no such unit`,
    why:
      'The link in the .wants or .requires folder says that it be started; of the link only the name counts, and no ' +
      'folder of the unit load path has a file of that name. At boot systemd skips it without a word in the journal.',
    whyRuns: 'systemd has the unit in memory for as long as it runs. At boot it reads unit files, and there is none.',
  },
  'unit-file-in-run': {
    summary: (name: string) => `${name} runs now, and its unit file is in /run: after a reboot there is no such unit`,
    why:
      'Files in /run/systemd/system are of this boot only (systemd.unit(5), “Unit File Load Path”). Unless some program ' +
      'makes the file again at each boot, the unit is unknown then.',
  },
  'sysv-links-shadowed': {
    summary: (name: string, script: string, runs: boolean) =>
      `${name} ${runs ? 'runs now and ' : ''}will not start at boot, though ${script} has start links: ${name} is a unit of its own, and not enabled`,
    why:
      'systemd-sysv-generator makes no unit of an init script when there is a unit of the same name, so its S links in ' +
      '/etc/rc2.d to rc5.d mean nothing. Only systemctl enable has it started.',
  },
  'sysv-links-ignored': {
    summary: (name: string, script: string, version: number) =>
      `${script} has start links, and systemd ${version} does not start init scripts: ${name} does not exist`,
    why: 'Since version 260 systemd has no systemd-sysv-generator: init scripts and their links are not looked at.',
  },
  'restart-policy-missing': {
    kin: (name: string, kin: string, policy: string) =>
      `container ${name} will not start at boot: it has no restart policy, while ${kin} has ${policy}`,
    host: (name: string, count: number) =>
      `container ${name} will not start at boot: it has no restart policy, while ${count === 1 ? 'another container' : `${count} other containers`} of this engine ${count === 1 ? 'has' : 'have'} one`,
    why: {
      docker:
        'When dockerd starts it starts containers again by their restart policy (docker-run(1), --restart). With “no”, the default, it starts none.',
      podman:
        'podman-restart.service starts at boot the containers with the restart policy “always” (podman-run(1), --restart). With “no”, the default, nothing does.',
    },
  },
  'engine-not-started': {
    docker: (unit: string, count: number, first: string) =>
      `${count === 1 ? `container ${first}` : `${count} containers`} will not start at boot: ${unit} is not started then`,
    onDemand: (unit: string, count: number, first: string) =>
      `${count === 1 ? `container ${first} starts` : `${count} containers start`} only when somebody calls docker after a boot: ${unit} is started by its socket alone`,
    podman: (unit: string, count: number, first: string) =>
      `${count === 1 ? `container ${first}` : `${count} containers`} will not start at boot: ${unit} is not started then`,
    whyDocker:
      'Restart policies are carried out by dockerd when it starts. Socket activation starts it at the first call, ' +
      'which after a boot may never come.',
    whyPodman:
      'Podman has no daemon. After a boot containers with the restart policy “always” are started by podman-restart.service and by nothing else.',
  },
} as const
