package confirm

import (
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

// TestLetterY holds the letter y to the yes of the title, in the shapes that the
// engine asks in. What is dangerous, or typed, has no letter.
func TestLetterY(t *testing.T) {
	t.Parallel()
	stop := engine.Choice{ID: engine.ChoiceStop, Label: "stop here"}
	back := engine.Choice{ID: engine.ChoiceRollBack, Label: "roll back"}
	look := engine.Choice{ID: engine.ChoiceRetry, Label: "look again"}
	forward := engine.Choice{ID: engine.ChoiceContinue, Label: "go forward instead"}
	against := engine.Choice{ID: engine.ChoiceAccept, Label: "go on without proof", Danger: true, Typed: "orders-db"}
	for name, c := range map[string]struct {
		choices []engine.Choice
		want    engine.ChoiceID // "" for none
		shows   string
	}{
		"evidence":             {[]engine.Choice{look, stop, against, back}, engine.ChoiceRetry, "look again y"},
		"no return":            {[]engine.Choice{against, look, stop}, "", "stop here n"},
		"roll back":            {[]engine.Choice{back, stop, {ID: engine.ChoiceContinue, Label: "carry on"}}, engine.ChoiceRollBack, "roll back y"},
		"resume by going back": {[]engine.Choice{back, stop, forward}, engine.ChoiceRollBack, "roll back y"},
		"resume in the dark":   {[]engine.Choice{look, stop, back}, engine.ChoiceRetry, "look again y"},
		"retire":               {[]engine.Choice{{ID: engine.ChoiceContinue, Label: "continue", Danger: true}, stop, back}, "", "stop here n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			request := gate()
			request.Choices = c.choices
			a := ask(t, request)
			a.Arm()
			frame := uitest.Text(a.View(80, 21))
			if !strings.Contains(frame, c.shows) || strings.Contains(frame, " y ") != (c.want != "") {
				t.Errorf("does not show %q:\n%s", c.shows, frame)
			}
			a.press("y")
			switch {
			case c.want == "" && len(a.answers) > 0:
				t.Errorf("y answers %v", a.answers)
			case c.want != "" && (len(a.answers) != 1 || a.answers[0].Choice != c.want):
				t.Errorf("y answers %v, want %s", a.answers, c.want)
			}
		})
	}
}
