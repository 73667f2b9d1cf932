package invitations

import "github.com/danielgtaylor/huma/v2"

// API adds the operations on invitations.
func (f *Feature) API(huma.API) {}
