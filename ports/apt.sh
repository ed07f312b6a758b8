# shellcheck shell=sh
# SPDX-License-Identifier: MIT
# apt.sh - a private apt: lists, cache and package state in a folder of its
# own, so that another release or architecture can be read without telling
# the system of it. Sourced by sysroot.sh and deps.sh; defines
#
#     private_apt FOLDER SUITE ARCH   makes it and fetches its lists
#     apt_get ARGUMENT...             apt-get on the one made last
#
# Everything that apt downloads is checked by apt against Debian's keyring.
# Lists of a release that is still moving may be old: what is unpacked here
# only stands in for a machine in tests.
# SEIGR_DEBIAN_MIRROR names another mirror.

mirror=${SEIGR_DEBIAN_MIRROR:-http://deb.debian.org/debian}
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

apt_get() {
    APT_CONFIG=$apt_root/apt.conf apt-get -q -y "$@"
}

private_apt() {
    apt_root=$1
    if [ ! -r "$keyring" ]; then
        echo "ports: $keyring is missing: install debian-archive-keyring" >&2
        return 1
    fi
    mkdir -p "$apt_root/etc/parts" "$apt_root/lists/partial" \
             "$apt_root/cache/archives/partial"
    : > "$apt_root/status"
    sed "s/@SUITE@/$2/" > "$apt_root/etc/sources.list" <<END
deb [signed-by=$keyring] $mirror @SUITE@ main
deb-src [signed-by=$keyring] $mirror @SUITE@ main
END
    # The system's way to the network is kept, nothing else of its settings.
    {
        apt-config dump | grep -E '^Acquire::(https?|ftp|Retries)' || true
        cat <<END
Dir::Etc "$apt_root/etc";
Dir::Etc::Main "none";
Dir::Etc::Parts "$apt_root/etc/parts";
Dir::Etc::SourceList "$apt_root/etc/sources.list";
Dir::Etc::SourceParts "$apt_root/etc/parts";
Dir::State::Lists "$apt_root/lists";
Dir::State::status "$apt_root/status";
Dir::State::extended_states "$apt_root/extended_states";
Dir::Cache "$apt_root/cache";
Dir::Log "$apt_root";
APT::Architecture "$3";
APT::Architectures { "$3"; };
APT::Install-Recommends "false";
APT::Sandbox::User "";
Acquire::Languages "none";
Acquire::Check-Valid-Until "false";
Debug::NoLocking "true";
END
    } > "$apt_root/apt.conf"
    apt_get update > "$apt_root/update.log" 2>&1 || {
        tail -n 5 "$apt_root/update.log" >&2
        return 1
    }
}
