package run

import (
	"fmt"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/tui/component/confirm"
	"github.com/rotadeck/rotadeck/tui/ui"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

// unequal is a run that asks about rights that differ, with every way out.
func unequal() []engine.Event {
	s := begin(30 * time.Second).upTo(engine.PhaseValidate).start(engine.PhaseValidate)
	s.ask(engine.RequestParity, engine.PhaseValidate, "The two slots have different rights. Go on?")
	q := s.events[len(s.events)-1].Request
	q.What = "keep the difference and publish the new credential"
	q.Consequence = "services may miss a right, or gain one, once they switch"
	for i := range 8 {
		q.Details = append(q.Details, engine.Difference{
			Slot: engine.SlotA, What: fmt.Sprintf("SELECT on table public.t%d", i), Remedy: fmt.Sprintf("GRANT SELECT ON TABLE public.t%d TO orders_b", i),
		}.Lines()...)
	}
	q.Choices = []engine.Choice{
		{ID: engine.ChoiceAccept, Label: "accept the difference", Danger: true, Typed: "orders-db"},
		{ID: engine.ChoiceLevel, Label: "even them out", Danger: true, Typed: "orders-db"},
		{ID: engine.ChoiceRetry, Label: "compare again"},
		{ID: engine.ChoiceRollBack, Label: "roll back"},
		{ID: engine.ChoiceStop, Label: "stop here"},
	}
	return s.events
}

func TestQuestionsOfRightsLeadToTheList(t *testing.T) {
	t.Parallel()
	for console, size := range sizes() {
		s, _ := screenOf(t, unequal())
		dialog := s.dialog.(*confirm.Dialog)
		dialog.Arm()
		uitest.Golden(t, "rights-"+console, dialog.View(size[0], size[1]))
		if got := uitest.Messages(dialog.Update(uitest.Key("="))); len(got) != 1 || got[0] != (ui.OpenParity{ID: "orders-db"}) {
			t.Errorf("= led to %v", got)
		}
		uitest.KeyTable(t, dialog.Bindings())
	}
	s, _ := screenOf(t, scenes()["waiting"])
	for _, b := range s.dialog.(*confirm.Dialog).Bindings() {
		if b.ID == "look" {
			t.Error("a question of something else offers the list")
		}
	}
}
