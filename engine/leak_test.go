package engine_test

import (
	"bytes"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/engine/secret"
)

// keep puts a value into the store of a credential, as what is published.
func keep(t testing.TB, f *enginetest.Fleet, id, field, value string) {
	t.Helper()
	w := f.World(id)
	h, err := w.Store.Load(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	v := h.Slots[h.Active]
	v.Material = engine.Material{engine.FieldUsername: secret.FromText("app_a"), field: secret.FromText(value)}
	h.Slots[h.Active] = v
	if err := w.Store.Save(t.Context(), id, h); err != nil {
		t.Fatal(err)
	}
}

func identify(t testing.TB, f *enginetest.Fleet, text string) engine.Identification {
	t.Helper()
	found, err := f.Engine().Identify(t.Context(), secret.FromText(text))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// What was pasted may be more than the bare secret.
func TestIdentifyCutsTheSecretOut(t *testing.T) {
	t.Parallel()
	const plain, odd = "Xk29vLmQ77pZ", "p@ss:w/rd %41=;x"
	key := string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: bytes.Repeat([]byte{7, 130, 12}, 60)}))
	f := enginetest.NewFleet(t, "plain-db", "odd-db", "key")
	keep(t, f, "plain-db", engine.FieldPassword, plain)
	keep(t, f, "odd-db", engine.FieldPassword, odd)
	keep(t, f, "key", engine.FieldKey, key)
	cases := map[string]struct{ text, want string }{
		"bare":                   {plain, "plain-db"},
		"blanks around":          {"\n\t " + plain + " \r\n", "plain-db"},
		"in quotes":              {`"` + plain + `"`, "plain-db"},
		"address":                {"postgres://app_a:" + plain + "@db1:5432/orders?sslmode=require", "plain-db"},
		"address, encoded":       {"postgres://" + url.UserPassword("app_a", odd).String() + "@db1/orders", "odd-db"},
		"address in code":        {`connect("postgres://app_a:` + plain + `@db1/orders", 5)`, "plain-db"},
		"MySQL's data source":    {"app_a:" + plain + "@tcp(db1:3306)/orders?tls=true", "plain-db"},
		"keyword data source":    {"host=db1 user=app_a password=" + plain + " sslmode=disable", "plain-db"},
		"keyword, in quotes":     {"host=db1 password='" + odd + "' user=app_a", "odd-db"},
		"semicolons":             {"Server=db1;Uid=app_a;Pwd=" + plain + ";", "plain-db"},
		"query":                  {"https://api.example/v1?user=me&key=" + plain + "&page=2", "plain-db"},
		"env file":               {"# settings\nexport DB_USER=app_a\nexport DB_PASSWORD=" + plain + "\nDEBUG=1\n", "plain-db"},
		"env file, in quotes":    {"DB_PASSWORD='" + odd + "'\n", "odd-db"},
		"JSON":                   {`{"user": "app_a", "password": "` + plain + `", "port": 5432}`, "plain-db"},
		"YAML":                   {"db:\n  user: app_a\n  password: " + plain + "\n", "plain-db"},
		"manifest of Kubernetes": {"data:\n  password: " + base64.StdEncoding.EncodeToString([]byte(plain)) + "\n", "plain-db"},
		"basic authentication":   {"Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte("app_a:"+plain)), "plain-db"},
		"bearer":                 {"Authorization: Bearer " + plain, "plain-db"},
		"log line":               {`12:00:01 ERROR login failed: user=app_a pw=` + plain + ` attempt=3`, "plain-db"},
		"key":                    {key, "key"},
		"key, other line ends":   {strings.ReplaceAll(key, "\n", "\r\n"), "key"},
		"key, one line":          {`TLS_KEY="` + strings.ReplaceAll(key, "\n", `\n`) + `"`, "key"},
		"key among others":       {"-----BEGIN CERTIFICATE-----\nMTIzNDU2\n-----END CERTIFICATE-----\n" + key + "\n", "key"},
		"key in base64":          {"tls.key: " + base64.StdEncoding.EncodeToString([]byte(key)), "key"},
		"both":                   {plain + "\n" + odd, "plain-db odd-db"},
		"another one":            {"not-one-of-ours-1234", ""},
		"the public half":        {"app_a", ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := identify(t, f, c.text)
			var got []string
			for _, leak := range found.Leaks {
				got = append(got, leak.Credential)
			}
			if strings.Join(got, " ") != c.want || found.Compared != 3 || found.NotOurs() != (c.want == "") {
				t.Errorf("found %q in %d versions, want %q", got, found.Compared, c.want)
			}
		})
	}
}

// Whatever stands around a password in an address, it is found.
func TestIdentifyFindsPasswordsOfAddresses(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		password := rapid.StringMatching(`[!-~]{8,40}`).Draw(r, "password")
		f := enginetest.NewFleet(t, "db")
		keep(t, f, "db", engine.FieldPassword, password)
		address := (&url.URL{Scheme: "postgres", User: url.UserPassword("app_a", password), Host: "db1", Path: "orders"}).String()
		for _, text := range []string{password, address, "URL=" + address, fmt.Sprintf("%q: %q", "url", address)} {
			if found := identify(t, f, text); len(found.Leaks) != 1 {
				r.Errorf("not found: %q in %q", password, text)
			}
		}
	})
}

// A rotated credential is known by what its store held before, too.
func TestIdentifyKnowsThePast(t *testing.T) {
	t.Parallel()
	f := enginetest.NewFleet(t, "db")
	first := enginetest.PasswordOf("db")
	held := func() string {
		found := identify(t, f, first)
		if len(found.Leaks) != 1 || found.Leaks[0].Version != "v-first" || found.Leaks[0].Field != engine.FieldPassword {
			t.Fatalf("found %+v", found)
		}
		return string(found.Leaks[0].Held) + string(found.Leaks[0].Slot)
	}
	var got []string
	for range 3 {
		got = append(got, held())
		run, err := f.Engine().Rotate(t.Context(), "db", engine.Options{})
		if err != nil {
			t.Fatal(err)
		}
		enginetest.Drive(t, run, enginetest.Yes)
	}
	if want := "publisheda sparea archived"; strings.Join(got, " ") != want {
		t.Errorf("held as %q, want %q", got, want)
	}
}

// What could not be read is named, and then nobody says "not ours".
func TestIdentifyNamesWhatItCouldNotRead(t *testing.T) {
	t.Parallel()
	f := enginetest.NewFleet(t, "a-db", "b-db", "c-db")
	f.World("b-db").Store.Fail(errors.New("permission denied"))
	found := identify(t, f, "not-one-of-ours-1234")
	if found.NotOurs() || len(found.Unread) != 1 || found.Unread[0].Credential != "b-db" ||
		!strings.Contains(found.Unread[0].Problem.Error(), "permission denied") || found.Compared != 2 {
		t.Errorf("found %+v", found)
	}
}

func TestIdentifyRefuses(t *testing.T) {
	t.Parallel()
	f := enginetest.NewFleet(t, "db")
	keep(t, f, "db", engine.FieldPassword, "abcd")
	for name, c := range map[string]struct{ text, want string }{
		"nothing":   {"", "at least 5 characters"},
		"too short": {"abcd", "at least 5 characters"},
		"too long":  {strings.Repeat("x", 70<<10), "at most 65536 characters"},
	} {
		value := secret.FromText(c.text)
		if _, err := f.Engine().Identify(t.Context(), value); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
		if value.Len() != 0 {
			t.Errorf("%s: what was pasted is not wiped", name)
		}
	}
	if found := identify(t, f, "say abcd twice"); len(found.Leaks) != 0 {
		t.Errorf("a value that may stand anywhere was found: %+v", found)
	}
}

func FuzzIdentify(f *testing.F) {
	for _, seed := range []string{"a:b@c", "k=v;w", "'x", "-----BEGIN X-----", "%4", "://:@", "=\"\"", "\x00\xff"} {
		f.Add(seed)
	}
	fleet := enginetest.NewFleet(f, "db")
	e := fleet.Engine()
	f.Fuzz(func(t *testing.T, text string) {
		found, err := e.Identify(t.Context(), secret.FromText(text))
		if err == nil && len(found.Leaks) > 0 && !strings.Contains(text, enginetest.PasswordOf("db")) && len(text) < len(enginetest.PasswordOf("db")) {
			t.Errorf("%q is said to be ours", text)
		}
	})
}

// Whatever was pasted, the answer comes at once.
func TestIdentifyIsQuick(t *testing.T) {
	t.Parallel()
	f := enginetest.NewFleet(t, "db")
	for _, unit := range []string{":", "@", "=", "\"", "a:b@", "%41", "k=v ", "-----BEGIN "} {
		began := time.Now()
		identify(t, f, strings.Repeat(unit, (64<<10)/len(unit)))
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("%q repeated takes %s", unit, took)
		}
	}
}
