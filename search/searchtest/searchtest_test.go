package searchtest

import "testing"

func TestLabels(t *testing.T) { checkLabels(t) }
