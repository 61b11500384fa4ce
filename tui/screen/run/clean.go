package run

func clean(s string) string { return s }
