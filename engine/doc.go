// Package engine is the domain of credential rotation: what a credential is,
// how old it may grow, which phases replace it, and what each phase must prove.
//
// It knows no terminal, no file format and no vendor. The outside world comes
// in through small interfaces, one per role (Target, Store, Consumer, Notifier,
// Journal); abilities that only some systems have are interfaces of their own,
// found by type assertion. A front end starts a run, follows its feed and
// answers its requests:
//
//	e := engine.New(engine.Config{Credentials: creds, Open: catalogue.Open, Journal: journal})
//	run, err := e.Rotate(ctx, "orders-db", engine.Options{})
//	if err != nil { ... }
//	for event := range run.Feed().Follow(ctx) {
//		if event.Request != nil {
//			err = run.Answer(engine.Answer{Request: event.Request.ID, Choice: engine.ChoiceContinue})
//		}
//	}
//	summary := run.Wait()
package engine
