package people

// Flood uses up what one client may ask for within the hour.
func (f *Feature) Flood(client string) {
	for range maxLinksPerClient {
		f.asked.Allow(client)
	}
}
