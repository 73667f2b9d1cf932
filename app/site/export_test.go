package site

// SetPerSitemap lets a test see several maps without fifty thousand pages.
func (f *Feature) SetPerSitemap(n int) { f.perSitemap = n }
