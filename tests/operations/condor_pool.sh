#!/bin/bash
# Runs a script of shell as an ordinary user beside a personal pool of HTCondor:
#   unshare -mpf --kill-child bash condor_pool.sh ROOT LESSON SCRIPT PYTHON BUILDER FOLDER...
# ROOT is a Debian of its own with `minihtcondor`, LESSON a folder that becomes /home/u/lesson, PYTHON the interpreter with the
# builder's packages, BUILDER the builder's checkout; FOLDERs are what Python needs at the same places.
set -eu
root=$1 lesson=$2 script=$3 python=$4 builder=$5
shift 5
mount --make-rprivate /
mount --bind "$root" "$root"
mkdir -p "$root/.old" "$root/home/u/lesson" "$root/opt/builder"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/run"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
for folder in "$@"; do
  mkdir -p "$root$folder"
  mount --bind "$folder" "$root$folder"
done
mount --bind "$builder" "$root/opt/builder"  # not below /tmp, which jobs may have for themselves
mount --bind "$lesson" "$root/home/u/lesson"
cp /etc/hosts "$root/etc/hosts"
chmod 755 "$root/root"
cat > "$root/etc/condor/config.d/99-here.conf" <<'EOF'
MOUNT_UNDER_SCRATCH =
USE_PID_NAMESPACES = False
BASE_CGROUP =
PER_JOB_NAMESPACES = False
DISCARD_SESSION_KEYRING_ON_STARTUP = False
NUM_CPUS = 2
EOF
printf '#!/bin/bash\nexport PYTHONPATH=/opt/builder\nexec %q -m site_builder "$@"\n' "$python" > "$root/usr/bin/lesson"
chmod 755 "$root/usr/bin/lesson"
printf '%s\n' "$script" > "$root/home/u/script"
cd "$root"
pivot_root . .old
umount -l /.old
cd /
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
unset TMPDIR
id u > /dev/null 2>&1 || useradd -m u
mkdir -p /run/lock /run/condor /var/lock/condor
rm -rf /var/log/condor/* /var/lib/condor/spool/* /var/lib/condor/execute/*
chown -R condor:condor /var/log/condor /var/lib/condor /run/condor /var/lock/condor /run/lock
chown -R u:u /home/u/lesson
condor_master -f &
for _ in $(seq 80); do
  condor_status -autoformat Name 2> /dev/null | grep -q . && break
  sleep 0.25
done
cd /home/u/lesson
su u -c 'bash /home/u/script' && status=0 || status=$?
condor_off -master > /dev/null 2>&1 || true
exit "$status"
