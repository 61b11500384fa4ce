// Package settingcheck makes the checks of settings:
//
//	engine.Setting{Name: "port", Type: engine.TypeNumber, Check: settingcheck.NumberIn(1, 65535)}
package settingcheck

import "fmt"

// NumberIn wants a number between two, which are in it.
func NumberIn(low, high int) func(any) error {
	return func(value any) error {
		if n, ok := value.(int); !ok || n < low || n > high {
			return fmt.Errorf("%v is not a number from %d to %d", value, low, high)
		}
		return nil
	}
}

// Text wants a text that check takes.
func Text(check func(string) error) func(any) error {
	return func(value any) error {
		text, ok := value.(string)
		if !ok {
			return fmt.Errorf("%v is not a text", value)
		}
		return check(text)
	}
}

// List wants a list that check takes.
func List(check func([]string) error) func(any) error {
	return func(value any) error {
		list, ok := value.([]string)
		if !ok {
			return fmt.Errorf("%v is not a list of texts", value)
		}
		return check(list)
	}
}

// Each wants a list of texts each of which check takes.
func Each(check func(string) error) func(any) error {
	return List(func(list []string) error {
		for _, text := range list {
			if err := check(text); err != nil {
				return err
			}
		}
		return nil
	})
}
