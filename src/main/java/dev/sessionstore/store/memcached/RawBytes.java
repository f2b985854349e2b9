package dev.sessionstore.store.memcached;

import net.rubyeye.xmemcached.transcoders.CachedData;
import net.rubyeye.xmemcached.transcoders.CompressionMode;
import net.rubyeye.xmemcached.transcoders.Transcoder;

/** Bytes as they are. The driver's own transcoder would run Java's deserialization on what it finds. */
final class RawBytes implements Transcoder<byte[]> {
    static final RawBytes AS_THEY_ARE = new RawBytes();

    private RawBytes() {}

    @Override
    public CachedData encode(byte[] bytes) {
        // How large a value may be is memcached's own setting.
        return new CachedData(0, bytes, bytes.length, -1);
    }

    @Override
    public byte[] decode(CachedData data) {
        return data.getData();
    }

    @Override
    public void setPrimitiveAsString(boolean primitiveAsString) {
        // There are no primitives.
    }

    @Override
    public void setPackZeros(boolean packZeros) {
        // There are no numbers.
    }

    @Override
    public void setCompressionThreshold(int to) {
        // Nothing is compressed.
    }

    @Override
    public boolean isPrimitiveAsString() {
        return false;
    }

    @Override
    public boolean isPackZeros() {
        return false;
    }

    @Override
    public void setCompressionMode(CompressionMode compressMode) {
        // Nothing is compressed.
    }
}
