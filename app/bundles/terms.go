package bundles

import "reflect"

// replaceable tells whether a term here gives way to the same term of a bundle:
// when it is as every site starts with it, or when nobody here has confirmed it
// and somebody there has. What somebody here has had a hand in stays.
func replaceable[T any](here T, confirmedHere bool, there T, confirmedThere bool, seeded T) bool {
	if reflect.DeepEqual(here, there) {
		return false
	}
	return reflect.DeepEqual(here, seeded) || !confirmedHere && confirmedThere
}
