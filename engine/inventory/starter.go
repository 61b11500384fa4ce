package inventory

import (
	"bytes"
	"cmp"
	"fmt"
	"strings"

	"github.com/rotadeck/rotadeck/engine"
)

// Starter returns a first inventory for someone to fill in. It is valid as it
// stands, and has no credential yet: all that names a real system is commented
// out, with every setting of every provider explained. A line that begins with
// "#" and no space after it is ready to be used once the "#" is gone.
func Starter(providers []engine.Provider) []byte {
	var b bytes.Buffer
	b.WriteString(starterHead)
	for _, role := range []engine.Role{engine.RoleStore, engine.RoleConsumer, engine.RoleNotifier} {
		fmt.Fprintf(&b, "\n# %s\n", roleDoc(role))
		for _, p := range providers {
			if p.Role == role {
				starterPart(&b, p)
			}
		}
	}
	b.WriteString(starterCredentials)
	for _, p := range providers {
		if p.Role == engine.RoleTarget {
			starterCredential(&b, p)
		}
	}
	return b.Bytes()
}

func roleDoc(role engine.Role) string {
	switch role {
	case engine.RoleStore:
		return "Stores keep the credentials, for rotadeck and for the services."
	case engine.RoleConsumer:
		return "Consumers are the services that use credentials, and how they are told of a new one."
	default:
		return "Notifiers tell people how a run ended."
	}
}

func starterPart(b *bytes.Buffer, p engine.Provider) {
	fmt.Fprintf(b, "\n# %s: %s\n#[[%ss]]\n#name = %q\n#provider = %q\n", p.Name, p.Doc, p.Role, "my-"+p.Name, p.Name)
	starterSettings(b, p)
}

func starterCredential(b *bytes.Buffer, p engine.Provider) {
	fmt.Fprintf(b, "\n# %s: %s\n#[[credentials]]\n#id = %q\n", p.Name, p.Doc, "my-"+p.Name)
	fmt.Fprintf(b, "#kind = %q # see the list of kinds above\n", cmp.Or(p.Kind, engine.KindDatabasePassword))
	b.WriteString("#owner = \"me\"\n#tags = []\n#runbook = \"https://runbooks.example/page\"\n")
	b.WriteString("#privileged = true # it opens more than an application needs: goes first when several have leaked\n")
	b.WriteString("#exposed = true    # what it opens can be reached from the internet\n")
	b.WriteString("#store = \"\"      # the name of a store above\n#store_key = \"my-" + p.Name + "\" # the id, when not set\n")
	b.WriteString("#consumers = []  # names of consumers above\n#notifiers = []  # names of notifiers above\n")
	fmt.Fprintf(b, "#[credentials.target]\n#provider = %q\n", p.Name)
	starterSettings(b, p)
}

func starterSettings(b *bytes.Buffer, p engine.Provider) {
	for _, s := range p.Settings {
		form := string(s.Type)
		if s.Required {
			form = "required " + form
		}
		if len(s.Allowed) > 0 {
			form += " (" + strings.Join(s.Allowed, ", ") + ")"
		}
		fmt.Fprintf(b, "#%s = %s # %s: %s\n", s.Name, spell(example(s)), form, strings.Join(strings.Fields(s.Doc), " "))
	}
}
