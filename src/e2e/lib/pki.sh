# shellcheck shell=bash
# Sourced after common.sh: a certificate authority in $STATE/pki, and kubeconfig files of its users.

# make_authority: as kubeadm has it, RSA keys.
make_authority() {
  openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=fipctl-e2e \
    -keyout "$STATE/pki/ca.key" -out "$STATE/pki/ca.crt" 2>/dev/null
}

# private_key FILE FORMAT: pkcs1 as kubeadm writes it, sec1 as k3s does, pkcs8 as openssl and cert-manager do.
private_key() {
  case $2 in
    pkcs1) openssl genrsa -traditional -out "$1" 2048 2>/dev/null ;;
    pkcs8) openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$1" 2>/dev/null ;;
    sec1) openssl ecparam -name prime256v1 -genkey -noout -out "$1" ;;
    *) die "no key format $2: pkcs1, pkcs8 or sec1" ;;
  esac
}

# certificate NAME SUBJECT [SUBJECT-ALTERNATIVE-NAMES [KEY-FORMAT]]: $STATE/pki/NAME.{key,crt}
certificate() {
  local base=$STATE/pki/$1
  private_key "$base.key" "${4:-pkcs1}"
  openssl req -new -key "$base.key" -subj "$2" -out "$base.csr"
  openssl x509 -req -in "$base.csr" -days 30 -out "$base.crt" \
    -CA "$STATE/pki/ca.crt" -CAkey "$STATE/pki/ca.key" -set_serial "0x$(openssl rand -hex 8)" \
    -extfile <(printf '%s\n' "${3:+subjectAltName=$3}") 2>/dev/null
  rm "$base.csr"
}

# kubeconfig FILE SERVER USER-FIELDS: self-contained, as kubeadm writes it.
kubeconfig() {
  (umask 077; cat >"$1") <<K
apiVersion: v1
kind: Config
clusters:
  - name: e2e
    cluster: {server: "$2", certificate-authority-data: $(base64 -w0 <"$STATE/pki/ca.crt")}
users:
  - name: ${1##*/}
    user: {$3}
contexts:
  - name: e2e
    context: {cluster: e2e, user: ${1##*/}, namespace: default}
current-context: e2e
K
}

# certificate_user FILE SERVER NAME: the kubeconfig fields of $STATE/pki/NAME.
certificate_user() {
  kubeconfig "$1" "$2" \
    "client-certificate-data: $(base64 -w0 <"$STATE/pki/$3.crt"), client-key-data: $(base64 -w0 <"$STATE/pki/$3.key")"
}
