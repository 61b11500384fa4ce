// Package ui is the vocabulary that every screen of the console shares: the
// theme with its marks, clean text, key tables, frames, and the messages by
// which screens ask for one another.
//
// A screen is a plain struct with imperative methods; only the root is a Bubble
// Tea model. A screen reaches the outside through its Context:
//
//	func (s *Screen) Update(msg tea.Msg) tea.Cmd {
//		switch msg := msg.(type) {
//		case tea.KeyPressMsg:
//			if ui.Pressed(s.Bindings(), msg) == "plan" {
//				return ui.Send(ui.OpenPlan{ID: s.selected})
//			}
//		case observed:
//			s.observation = msg.observation
//		}
//		return nil
//	}
//
// Texts from outside (errors, names, log lines) pass through Clean before they
// are drawn; View returns exactly the frame it was asked for, see Frame.
package ui
