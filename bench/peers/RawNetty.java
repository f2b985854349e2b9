import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Netty as it comes, with its native transport and an event loop per processor: a look into Caffeine, and an answer of
 * constant headers around the document that is held there. It takes the service's own requests and checks no key.
 */
public final class RawNetty {
    private static final DefaultHttpHeadersFactory HEADERS =
            DefaultHttpHeadersFactory.headersFactory().withValidation(false);
    private static final AsciiString SESSION_ID = AsciiString.cached("session-id");
    private static final String ATTRIBUTES = "\"attributes\":";
    private static final String COUNTER = "\"counter\":\"";
    private static final int COUNTER_WIDTH = 10;
    private static final byte[] NOTHING = {};

    private final Cache<String, byte[]> documents =
            Caffeine.newBuilder().executor(Runnable::run).build();
    private final HttpHeaders head = HEADERS.newHeaders();
    private final byte[] document;
    private final int attributesAt;
    private final int counterAt;

    private RawNetty(String head, String document) {
        for (String line : head.split("\r\n")) {
            String[] header = line.split(": ", 2);
            this.head.add(AsciiString.of(header[0]), AsciiString.of(header[1]));
        }
        this.document = document.getBytes(StandardCharsets.US_ASCII);
        attributesAt = document.indexOf(ATTRIBUTES) + ATTRIBUTES.length();
        counterAt = document.indexOf(COUNTER) + COUNTER.length();
    }

    /** @param args the port; the environment has the lines of an answer's head and a session's document */
    public static void main(String[] args) throws InterruptedException {
        RawNetty server = new RawNetty(System.getenv("BENCH_HEAD"), System.getenv("BENCH_DOCUMENT"));
        int loops = Runtime.getRuntime().availableProcessors();
        new ServerBootstrap()
                .group(new MultiThreadIoEventLoopGroup(loops, EpollIoHandler.newFactory()))
                .channel(EpollServerSocketChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        HttpDecoderConfig config = new HttpDecoderConfig().setHeadersFactory(HEADERS);
                        channel.pipeline().addLast(new HttpServerCodec(config), server.new Connection());
                    }
                })
                .bind("127.0.0.1", Integer.parseInt(args[0]))
                .sync();
        System.out.println("raw Netty listens");
    }

    private final class Connection extends ChannelInboundHandlerAdapter {
        private HttpRequest request;
        private byte[] body = NOTHING;
        private int held;

        @Override
        public void channelRead(ChannelHandlerContext context, Object part) {
            if (part instanceof HttpRequest next) {
                request = next;
                int length = next.headers().getInt(HttpHeaderNames.CONTENT_LENGTH, 0);
                body = length == 0 ? NOTHING : new byte[length];
                held = 0;
            }
            if (part instanceof HttpContent content) {
                ByteBuf bytes = content.content();
                int length = bytes.readableBytes();
                bytes.readBytes(body, held, length);
                held += length;
            }
            if (part instanceof LastHttpContent) {
                context.write(answer());
            }
            ReferenceCountUtil.release(part);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            cause.printStackTrace();
            context.close();
        }

        private DefaultFullHttpResponse answer() {
            String id = request.headers().get(SESSION_ID);
            switch (request.method().name()) {
                case "GET":
                    return found(documents.getIfPresent(id));
                case "PUT":
                    boolean creates = request.headers().contains(HttpHeaderNames.IF_NONE_MATCH);
                    return put(id, creates ? HttpResponseStatus.CREATED : HttpResponseStatus.OK);
                case "PATCH":
                    return patch(id);
                case "DELETE":
                    documents.invalidate(id);
                    return answer(HttpResponseStatus.NO_CONTENT, NOTHING);
                default:
                    return request.uri().endsWith("/touch") ? touch(id) : put(newId(), HttpResponseStatus.CREATED);
            }
        }

        private DefaultFullHttpResponse found(byte[] held) {
            return held == null ? answer(HttpResponseStatus.NOT_FOUND, NOTHING) : answer(HttpResponseStatus.OK, held);
        }

        private DefaultFullHttpResponse touch(String id) {
            boolean lives = documents.getIfPresent(id) != null;
            return answer(lives ? HttpResponseStatus.NO_CONTENT : HttpResponseStatus.NOT_FOUND, NOTHING);
        }

        /** The body is an object of attributes alone; they take the place of the document's, which are as long. */
        private DefaultFullHttpResponse put(String id, HttpResponseStatus status) {
            byte[] next = document.clone();
            int from = 1 + ATTRIBUTES.length();
            System.arraycopy(body, from, next, attributesAt, body.length - from);
            documents.put(id, next);
            return answer(status, next);
        }

        /** The body sets the counter, which is its last member. */
        private DefaultFullHttpResponse patch(String id) {
            byte[] held = documents.getIfPresent(id);
            if (held == null) {
                return answer(HttpResponseStatus.NOT_FOUND, NOTHING);
            }
            byte[] next = held.clone();
            System.arraycopy(body, body.length - COUNTER_WIDTH - 3, next, counterAt, COUNTER_WIDTH);
            documents.put(id, next);
            return answer(HttpResponseStatus.OK, next);
        }

        private static String newId() {
            ThreadLocalRandom random = ThreadLocalRandom.current();
            return Long.toHexString(random.nextLong()) + Long.toHexString(random.nextLong());
        }

        private DefaultFullHttpResponse answer(HttpResponseStatus status, byte[] content) {
            HttpHeaders headers = HEADERS.newHeaders().setAll(head);
            if (!status.equals(HttpResponseStatus.NO_CONTENT)) {
                headers.set(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(content.length));
            }
            return new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(content), headers, EmptyHttpHeaders.INSTANCE);
        }
    }
}
