import type {Files} from '../boot-persistence/rebootable.js'

/*
 * A service as packages shipped it when distributions changed to systemd: a unit that hands on variables inside of
 * words, a file in /etc/default in which all of them are comments, because the init script had defaults of its own,
 * a wrapper whose eval expands them after all, and a daemon that cannot work on an empty path.
 */
export const UNIT = 'elasticsearch.service'
export const DEFAULTS = '/etc/default/elasticsearch'
export const WRAPPER = '/usr/share/elasticsearch/bin/elasticsearch'
export const VARIABLES = ['CONF_FILE', 'LOG_DIR', 'DATA_DIR', 'WORK_DIR', 'CONF_DIR']

const unit = `[Unit]
Description=Search engine
After=network.target

[Service]
EnvironmentFile=-${DEFAULTS}
ExecStart=${WRAPPER} -p /run/elasticsearch.pid \\
    -Des.default.config=$CONF_FILE -Des.default.path.home=$ES_HOME \\
    -Des.default.path.logs=$LOG_DIR -Des.default.path.data=$DATA_DIR \\
    -Des.default.path.work=$WORK_DIR -Des.default.path.conf=$CONF_DIR
StandardOutput=null

[Install]
WantedBy=multi-user.target
`

const defaults = `# Where it is installed
#ES_HOME=/usr/share/elasticsearch

# Where it writes
#LOG_DIR=/var/log/elasticsearch
#DATA_DIR=/var/lib/elasticsearch
#WORK_DIR=/tmp/elasticsearch

# Configuration
#CONF_DIR=/etc/elasticsearch
#CONF_FILE=$CONF_DIR/elasticsearch.yml

# Of the process
#MAX_OPEN_FILES=65535
`

const wrapper = `#!/bin/sh
ES_HOME=\`dirname "$0"\`/..
args=\`getopt vdhp:D:X: "$@"\`
eval set -- "$args"
properties=
while true; do
  case $1 in
    -p) pidfile=$2; shift 2 ;;
    -D) properties="$properties -D$2"; shift 2 ;;
    --) shift; break ;;
    *) shift ;;
  esac
done
exec "$ES_HOME/lib/daemon" $properties
`

const daemon = `#!/bin/sh
for property in "$@"; do
  case $property in
    -Des.default.path.*=|-Des.default.config=) echo "cannot work on an empty path"; exit 3 ;;
    -Des.default.path.conf=*) ;;
    -Des.default.path.*=*) mkdir -p "\${property#*=}" || exit 3 ;;
    -Des.default.config=*) [ -r "\${property#*=}" ] || exit 3 ;;
  esac
done
while true; do sleep 1; done
`

export const files: Files = {
  [`/lib/systemd/system/${UNIT}`]: unit,
  [DEFAULTS]: defaults,
  [WRAPPER]: wrapper,
  '/usr/share/elasticsearch/lib/daemon': daemon,
  '/etc/elasticsearch/elasticsearch.yml': 'cluster.name: search\n',
}
