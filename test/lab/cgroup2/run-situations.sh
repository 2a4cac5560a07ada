#!/bin/sh
# Arguments of guest.ts are in the file /lab/arguments.
cp /lab/node /lab/situation /usr/local/bin/
chmod 755 /usr/local/bin/*
tar -C /opt -xf /lab/netdoctor.tar
# shellcheck disable=SC2046
node /lab/guest.mjs $(cat /lab/arguments) --program /usr/local/bin/situation \
  --netdoctor /opt/netdoctor/bin/run.js --out /lab/out/situations.json
