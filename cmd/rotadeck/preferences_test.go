package main

import (
	"testing"

	"github.com/spf13/cobra"

	"github.com/rotadeck/rotadeck/tui/preferences"
)

// TestFeel lays preferences, environment and flags over each other. It sets the
// environment, so nothing runs beside it.
func TestFeel(t *testing.T) {
	yes, no := true, false
	for name, c := range map[string]struct {
		file  preferences.Preferences
		env   map[string]string
		flags []string

		theme                          string
		mouse, animation, ascii, quiet bool
	}{
		"nothing said":        {theme: "auto", animation: true},
		"file":                {file: preferences.Preferences{Theme: "mono", Mouse: &yes, Animation: &no, ASCII: &yes, Progress: &no}, theme: "mono", mouse: true, ascii: true, quiet: true},
		"flags win":           {file: preferences.Preferences{Theme: "mono", Mouse: &yes, Animation: &no, ASCII: &yes}, flags: []string{"--theme=dark", "--mouse=false", "--no-animation=false", "--ascii=false"}, theme: "dark", animation: true},
		"other locale":        {env: map[string]string{"LANG": "de_DE.ISO-8859-1"}, theme: "auto", animation: true, ascii: true},
		"C locale":            {env: map[string]string{"LC_ALL": "C", "LANG": "en_GB.UTF-8"}, theme: "auto", animation: true, ascii: true},
		"UTF-8 locale":        {env: map[string]string{"LC_CTYPE": "C.utf8", "LANG": "C"}, theme: "auto", animation: true},
		"locale against file": {file: preferences.Preferences{ASCII: &no}, env: map[string]string{"LANG": "C"}, theme: "auto", animation: true},
		"reduced motion":      {file: preferences.Preferences{Animation: &yes}, env: map[string]string{"REDUCED_MOTION": "1"}, theme: "auto"},
		"plain terminal":      {env: map[string]string{"TERM": "linux"}, theme: "auto", animation: true, quiet: true},
		"no terminal":         {env: map[string]string{"TERM": ""}, theme: "auto", animation: true, quiet: true},
	} {
		t.Run(name, func(t *testing.T) {
			for _, variable := range []string{"LC_ALL", "LC_CTYPE", "LANG", "REDUCED_MOTION", "NO_COLOR", "ROTADECK_REDRAW"} {
				t.Setenv(variable, "")
			}
			t.Setenv("TERM", "xterm-256color")
			for variable, value := range c.env {
				t.Setenv(variable, value)
			}
			g := &globals{}
			cmd := &cobra.Command{Use: "rotadeck"}
			g.add(cmd)
			if err := cmd.ParseFlags(c.flags); err != nil {
				t.Fatal(err)
			}
			o := g.feel(c.file)
			if o.Theme != c.theme || o.Mouse != c.mouse || o.Animation != c.animation || o.ASCII != c.ascii || o.Quiet != c.quiet {
				t.Errorf("theme %s, mouse %t, animation %t, ASCII %t, quiet %t", o.Theme, o.Mouse, o.Animation, o.ASCII, o.Quiet)
			}
		})
	}
}

func TestNoColorOfAnyValue(t *testing.T) {
	for value, want := range map[string]bool{"1": true, "yes": true, "on": true, "0": true, "": false} {
		t.Setenv("NO_COLOR", value)
		if got := (&globals{}).colourless(); got != want {
			t.Errorf("NO_COLOR=%s: %t", value, got)
		}
	}
}
