# SPDX-License-Identifier: MIT
# Sourced by ./demo and ./check: puts the packages of cmake/packages.txt in
# place. The caller has changed to the project's top folder.

# need_missing GROUP... : packages that are not installed, in one line.
need_missing() {
    need_out=
    for need_group in "$@"; do
        for need_package in $(awk -v group="$need_group" \
            '$1 == group { print $2 "=" $3 }' cmake/packages.txt); do
            need_instead=${need_package#*=}
            need_package=${need_package%%=*}
            case " $need_out " in *" $need_package "*) continue ;; esac
            [ -z "$need_instead" ] ||
                ! command -v "$need_instead" >/dev/null || continue
            dpkg-query -W -f '${db:Status-Status}\n' "$need_package" \
                2>/dev/null | grep -qx installed ||
                need_out="$need_out $need_package"
        done
    done
    printf '%s\n' "${need_out# }"
}

# need_apt COMMAND... : as root, without questions, waiting for other apts.
need_apt() {
    if [ "$(id -u)" -ne 0 ]; then
        set -- sudo env "$@"
    else
        set -- env "$@"
    fi
    "$@" </dev/null
}

# need_may_install COMMAND : ask where somebody can answer; else go ahead
# only with the right to.
need_may_install() {
    if [ -t 0 ] && [ -t 1 ]; then
        printf 'Install them now with "%s"? [Y/n] ' "$1"
        read -r need_answer || need_answer=n
        case $need_answer in
        '' | [Yy]*) ;;
        *) return 1 ;;
        esac
        [ "$(id -u)" -eq 0 ] || sudo -v
        return
    fi
    [ "$(id -u)" -eq 0 ] || sudo -n true 2>/dev/null
}

# need_install PACKAGE...
need_install() {
    need_apt DEBIAN_FRONTEND=noninteractive apt-get \
        -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$@"
}

# need GROUP... : install what is missing. Returns 1, having said what to
# type, where that is not allowed; 2 where something could not be had.
need() {
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null
    then
        echo "This is no Debian system: install what cmake/packages.txt" \
            "names and give --no-install."
        return 1
    fi
    need_list=$(need_missing "$@")
    [ -n "$need_list" ] || return 0
    need_command="apt-get install -y --no-install-recommends $need_list"
    [ "$(id -u)" -eq 0 ] || need_command="sudo $need_command"
    echo "Packages missing: $need_list"
    if ! need_may_install "$need_command"; then
        echo "Type this, then start again:"
        echo "    $need_command"
        return 1
    fi
    mkdir -p build
    echo "Installing them (build/install.log) ..."
    {
        need_apt apt-get -o DPkg::Lock::Timeout=300 update
        # One that cannot be had keeps apt from installing the others.
        # shellcheck disable=SC2086 # a list of words
        need_install $need_list || for need_package in $need_list; do
            need_install "$need_package"
        done
    } >build/install.log 2>&1
    need_list=$(need_missing "$@")
    [ -n "$need_list" ] || return 0
    grep '^E: ' build/install.log | sort -u | head -n 5
    echo "Still missing: $need_list"
    return 2
}
