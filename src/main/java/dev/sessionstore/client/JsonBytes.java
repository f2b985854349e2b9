package dev.sessionstore.client;

/** A value that is JSON already, among those that are still to be written. */
record JsonBytes(byte[] json) {
    @Override
    public String toString() {
        return "JsonBytes[" + json.length + " bytes]";
    }
}
