"""Records of people and organisations as careless registers write them, with the truth of who is who."""
