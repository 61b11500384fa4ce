package localca

import (
	"fmt"
	"strings"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/shell"
	"github.com/rotadeck/rotadeck/providers/internal/byhand"
)

var _ engine.Scribe = (*Target)(nil)

// Script words deeds for openssl.
func (t *Target) Script(deed engine.Deed, slot engine.Slot) []engine.Change {
	name := "CN=" + t.commonName
	switch deed {
	case engine.DeedMake:
		return []engine.Change{{What: "make a key and sign a certificate of " + name, Where: t.Where(), Command: t.signingByHand()}}
	case engine.DeedCreate, engine.DeedReinstate:
		return []engine.Change{{
			What: fmt.Sprintf("lift the hold on the certificate of %s in slot %s, if there is one", name, slot), Where: t.Where(), Command: t.listByHand(serialByHand(slot), lifting(t.crl)),
		}}
	case engine.DeedWithdraw, engine.DeedRetire:
		return []engine.Change{{
			What: fmt.Sprintf("put the certificate of %s in slot %s on hold", name, slot), Where: t.Where(), Command: t.listByHand(serialByHand(slot), holding(t.crl)),
		}}
	case engine.DeedLogin, engine.DeedRefused:
		return t.visitsByHand(deed, slot)
	case engine.DeedUsers:
	}
	return nil
}

// passin is the option that opens an encrypted key.
func (t *Target) passin() string {
	if t.keyPassword.IsZero() {
		return ""
	}
	return " -passin file:<({ " + byhand.Reading(t.secrets, t.keyPassword, "password of "+t.caKey) + "; })"
}

// signingByHand is what Generate does, as files in $fresh. openssl counts in whole
// days.
func (t *Target) signingByHand() string {
	subject := "/CN=" + dnValue(t.commonName)
	if len(t.orgs) > 0 {
		subject = "/O=" + dnValue(t.orgs[0]) + subject
	}
	extensions := []string{
		"basicConstraints=critical,CA:FALSE", "keyUsage=critical,digitalSignature", "extendedKeyUsage=clientAuth",
		"subjectKeyIdentifier=hash", "authorityKeyIdentifier=keyid",
	}
	if len(t.dnsNames) > 0 {
		extensions = append(extensions, "subjectAltName=DNS:"+strings.Join(t.dnsNames, ",DNS:"))
	}
	const day = 24 * time.Hour
	lines := []string{
		"openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out \"$fresh/tls.key\"",
		"openssl req -new -key \"$fresh/tls.key\" -subj " + shell.Quote(subject) + " -config <(printf '[req]\\ndistinguished_name=d\\n[d]\\n') -out \"$fresh/..request\"",
		fmt.Sprintf("openssl x509 -req -in \"$fresh/..request\" -CA %s -CAkey %s%s -set_serial \"0x$(openssl rand -hex 16)\" -days %d -sha256 -extfile <(printf '%%s\\n' %s) -out \"$fresh/tls.crt\"",
			shell.Quote(t.caCert), shell.Quote(t.caKey), t.passin(), (t.validFor+day-1)/day, shell.Join(extensions)),
	}
	if ca, err := t.authority(); err == nil {
		for i, cert := range ca.chain {
			if cert.CheckSignatureFrom(cert) != nil {
				lines = append(lines, fmt.Sprintf("awk '/BEGIN CERTIFICATE/ { n++ } n == %d' %s >>\"$fresh/tls.crt\"", i+1, shell.Quote(t.caCert)))
			}
		}
	}
	return strings.Join(append(lines, "cp "+shell.Quote(t.serverCA)+" \"$fresh/ca.crt\""), "\n")
}

// dnValue escapes what separates the parts of a subject.
func dnValue(text string) string {
	return strings.NewReplacer(`\`, `\\`, "/", `\/`, "+", `\+`).Replace(text)
}

// serialByHand prints the serial of the certificate in a slot.
func serialByHand(slot engine.Slot) string {
	return "$({ " + engine.Held(slot, engine.FieldCert) + "; } | openssl x509 -noout -serial 2>/dev/null | cut -d= -f2)"
}

// listByHand signs the revocation list anew with the entry of a serial changed.
// openssl ca wants the entries in a file of its own, which is made of what the
// list says. To admit a certificate is to see that it is not on hold.
func (t *Target) listByHand(serial string, do action) string {
	entry := "printf 'R\\t491231235959Z\\t%s,%s\\t%s\\tunknown\\t/CN=%s\\n' \"$(date -u +%y%m%d%H%M%SZ)\""
	release := "! grep \"$tab$serial$tab\" \"$ca/index\" | grep -vq ,certificateHold || { echo 'it is revoked for good, which cannot be taken back' >&2; exit 1; }\n" +
		"sed -i \"/$tab$serial$tab/d\" \"$ca/index\""
	change := map[string]string{
		"hold-certificate":     "grep -q \"$tab$serial$tab\" \"$ca/index\" || " + entry + " certificateHold \"$serial\" \"$serial\" >>\"$ca/index\"",
		"register-certificate": release,
		"release-certificate":  release,
		"revoke-certificate": "sed -i \"/$tab$serial$tab/s/,certificateHold/,superseded/\" \"$ca/index\"\n" +
			"grep -q \"$tab$serial$tab\" \"$ca/index\" || " + entry + " superseded \"$serial\" \"$serial\" >>\"$ca/index\"",
	}[do.name]
	return shell.Strict(
		"list=$(readlink -f "+shell.Quote(t.crl)+"); exec 9>>\"$list.lock\"; flock 9",
		"[ \"$(grep -c 'BEGIN X509 CRL' \"$list\")\" = 1 ] || { echo 'only a file with one list in PEM can be changed like this' >&2; exit 1; }",
		"serial="+serial+" || true; [ -n \"$serial\" ] || { echo 'there is no certificate in that slot'; exit; }",
		"tab=$(printf '\\t'); ca=$(mktemp -d); trap 'rm -rf \"$ca\"' EXIT",
		"openssl crl -in \"$list\" -noout -text | awk '/Serial Number:/ { printf \"\\n%s\", $NF } /Revocation Date:/ { sub(/.*Date: /, \"\"); printf \"|%s\", $0 }",
		"  why { gsub(/ /, \"\"); printf \"|%s\", /^CA/ ? $0 : tolower(substr($0, 1, 1)) substr($0, 2); why = 0 } /CRL Reason Code/ { why = 1 } END { print \"\" }' |",
		"while IFS='|' read -r s when why; do [ -z \"$s\" ] || printf 'R\\t491231235959Z\\t%s%s\\t%s\\tunknown\\t/CN=%s\\n' \"$(date -u -d \"$when\" +%y%m%d%H%M%SZ)\" \"${why:+,$why}\" \"$s\" \"$s\"; done >\"$ca/index\"",
		change,
		"number=$(openssl crl -in \"$list\" -noout -crlnumber | sed -n 's/.*=\\(0x\\)\\{0,1\\}\\([0-9A-F]*\\)$/\\2/p'); printf '%016X\\n' $((16#${number:-0} + 1)) >\"$ca/number\"",
		"at() { date -u -d \"$(openssl crl -in \"$list\" -noout -\"$1\" | cut -d= -f2)\" +%s; }; life=$(($(at nextupdate) - $(at lastupdate)))",
		"printf '%s\\n' '[ca]' default_ca=d '[d]' database=\"$ca/index\" crlnumber=\"$ca/number\" default_md=sha256 crl_extensions=e '[e]' authorityKeyIdentifier=keyid:always >\"$ca/conf\"",
		"openssl ca -gencrl -config \"$ca/conf\" -cert "+shell.Quote(t.caCert)+" -keyfile "+shell.Quote(t.caKey)+t.passin()+" -crlsec \"$life\" -out \"$ca/list\"",
		"cp -p \"$list\" \"$list.draft\"; cat \"$ca/list\" >\"$list.draft\"; mv \"$list.draft\" \"$list\"",
	)
}

// visitsByHand present the certificate of a slot at every endpoint, or ask the
// CA's files where there is none.
func (t *Target) visitsByHand(deed engine.Deed, slot engine.Slot) []engine.Change {
	refused := deed == engine.DeedRefused
	what := "the certificate of CN=" + t.commonName + " in slot " + string(slot) + " is accepted"
	if refused {
		what = "the certificate of CN=" + t.commonName + " in slot " + string(slot) + " is refused: it prints how"
	}
	files := []string{
		"own=$(mktemp -d); trap 'rm -rf \"$own\"' EXIT",
		"{ " + engine.Held(slot, engine.FieldCert) + "; } >\"$own/tls.crt\"; { " + engine.Held(slot, engine.FieldKey) + "; } >\"$own/tls.key\"",
	}
	if refused {
		files = append(files, "[ -s \"$own/tls.crt\" ] || { echo 'there is no certificate in that slot'; exit; }")
	}
	if len(t.endpoints) == 0 {
		command := "openssl verify -purpose sslclient -crl_check -CAfile " + shell.Quote(t.caCert) + " -CRLfile " + shell.Quote(t.crl) + " -untrusted \"$own/tls.crt\" \"$own/tls.crt\""
		if refused {
			command = "{ " + command + " 2>&1 || true; } | grep revoked"
		}
		return []engine.Change{{What: what, Where: t.Where(), Command: shell.Strict(append(files, command)...)}}
	}
	var changes []engine.Change
	for _, text := range t.endpoints {
		e, err := parseEndpoint(text)
		if err != nil {
			continue // the inventory has refused it
		}
		changes = append(changes, engine.Change{What: what, Where: text, Command: shell.Strict(append(files, t.visitByHand(e, refused)...)...)})
	}
	return changes
}

// visitByHand speaks TLS 1.2, where the handshake is the answer, and 1.3 where
// the server does not; see visitor.
func (t *Target) visitByHand(e endpoint, refused bool) []string {
	name := t.serverName
	if name == "" {
		name = e.host
	}
	if e.url != nil {
		command := "curl -sS -o \"$own/answer\" -w '%{http_code}\\n' --cacert " + shell.Quote(t.serverCA) + " --cert \"$own/tls.crt\" --key \"$own/tls.key\""
		if t.serverName != "" && t.serverName != e.host {
			command += " --connect-to " + shell.Quote(t.serverName+"::"+e.address)
			e.text = strings.Replace(e.text, e.address, t.serverName, 1)
		}
		if refused {
			return []string{"{ " + command + " " + shell.Quote(e.text) + " 2>&1 || true; } | grep -E '^40[013]$|alert'"}
		}
		return []string{command + " " + shell.Quote(e.text) + " | grep -E '^[23]'"}
	}
	check := "-verify_hostname"
	if strings.Trim(name, "0123456789.:") == "" {
		check = "-verify_ip"
	}
	visit := "visit() { openssl s_client \"$1\" -connect " + shell.Quote(e.address) + " -servername " + shell.Quote(name) + " " + check + " " + shell.Quote(name) +
		" -CAfile " + shell.Quote(t.serverCA) + " -verify_return_error -cert \"$own/tls.crt\" -key \"$own/tls.key\" 2>&1; }"
	if refused {
		return []string{visit, "{ visit -tls1_2 </dev/null || sleep 1 | visit -tls1_3 || true; } | grep 'SSL alert'"}
	}
	return []string{visit, "visit -tls1_2 </dev/null >/dev/null || sleep 1 | visit -tls1_3 >/dev/null; echo accepted"}
}
