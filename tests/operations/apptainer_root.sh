#!/bin/bash
# Runs a script of shell in a Debian of its own that has Apptainer, as root of a namespace of users:
#   unshare -mpf --kill-child bash apptainer_root.sh ROOT LESSON SCRIPT BUILDER FOLDER...
# LESSON becomes /work/lesson, BUILDER, the builder's checkout, /opt/builder; FOLDERs are what its Python needs at the same places.
set -eu
root=$1 lesson=$2 script=$3 builder=$4
shift 4
mount --make-rprivate /
mount --bind "$root" "$root"
mkdir -p "$root/.old" "$root/work/lesson" "$root/opt/builder"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t sysfs sysfs "$root/sys" 2> /dev/null || true
mount -t tmpfs tmpfs "$root/run"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
for folder in "$@"; do
  mkdir -p "$root$folder"
  mount --bind "$folder" "$root$folder"
done
mount --bind "$builder" "$root/opt/builder"
mount --bind "$lesson" "$root/work/lesson"
cp /etc/resolv.conf "$root/etc/resolv.conf"
cp /etc/hosts "$root/etc/hosts"
cd "$root"
pivot_root . .old
umount -l /.old
cd /
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root APPTAINER_TMPDIR=/work/lesson/.apptainer APPTAINER_CACHEDIR=/work/lesson/.apptainer
unset TMPDIR DOCKER_HOST
mkdir -p "$APPTAINER_TMPDIR"
exec unshare -U --map-users=0:0:65536 --map-groups=0:0:65536 -S 0 -G 0 -m bash -c "$script"
