package searchtest

import (
	"testing"

	"grassroots/search"
)

// Suite runs everything that both engines have to pass. open makes an empty
// index that nothing else uses, and closes it when the test ends.
func Suite(t *testing.T, open func(t *testing.T) search.Index) {
	t.Run("labels", checkLabels)
	t.Run("relevance", func(t *testing.T) { relevance(t, open(t)) })
}
