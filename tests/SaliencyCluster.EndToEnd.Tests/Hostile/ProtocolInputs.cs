using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Grpc.Core;
using SaliencyCluster.EndToEnd.Tests.Identity;

namespace SaliencyCluster.EndToEnd.Tests.Hostile;

/// <summary>Bytes that are no messages, to every RPC and port.</summary>
internal static class ProtocolInputs
{
    public static IEnumerable<HostileInput> All =>
    [
        .. from rpc in RawCall.All.OrderBy(r => r.Key, StringComparer.Ordinal)
           from body in Bodies
           select new HostileInput("protocol", $"{rpc.Key}: {body.Name}", to =>
               PostAsync(to, $"/{rpc.Value.Service.FullName}/{rpc.Value.Name}", body.Make())),
        Raw("no HTTP", "\u0001\u0002\u0003\u0004garbage\r\n\r\n"),
        Raw("half a request line", "GET /"),
        Raw("a header of 1 MB", $"GET / HTTP/1.1\r\nHost: localhost\r\nX: {new string('x', 1 << 20)}\r\n\r\n"),
        Raw("100,000 headers", $"GET / HTTP/1.1\r\nHost: localhost\r\n{string.Concat(Enumerable.Repeat("X: y\r\n", 100_000))}\r\n"),
        Raw("two lengths", "POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nabc"),
        Raw("a length of 2^63", "POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9223372036854775808\r\n\r\nabc"),
        Raw("a chunk of 2^62 bytes", "POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n4000000000000000\r\nabc"),
        Raw("a path out of the site", "GET /../../../../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        Raw("an encoded path out of the site", "GET /files/%2e%2e%2f%2e%2e%2fetc%2fpasswd HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        // The server's own answer, before anything of ours.
        Raw("a zero byte in a path", "GET /v1/jobs/a%00b HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", "HTTP/1.1 400 "),
        Raw("another host", "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n"),
    ];

    /// <summary>Gets bodies that are no message.</summary>
    public static IReadOnlyList<(string Name, Func<byte[]> Make)> Bodies { get; } =
    [
        ("random bytes", () => Framed(Random(500), 500)),
        ("a length that is a lie", () => Framed([1, 2, 3], 1 << 30)),
        ("a message that ends early", () => Framed([10, 200], 2)),
        ("half of a message", () => Framed([10, 2, 1], 400)),
        ("nested 10,000 deep", () => Framed([.. Enumerable.Repeat((byte)0x13, 10_000)], 10_000)),
    ];

    private static byte[] Framed(byte[] message, int length) =>
        [0, (byte)(length >> 24), (byte)(length >> 16), (byte)(length >> 8), (byte)length, .. message];

    private static byte[] Random(int count)
    {
        var bytes = new byte[count];
        new Random(7).NextBytes(bytes);
        return bytes;
    }

    private static async Task PostAsync(HostileSender to, string path, byte[] body)
    {
        var (status, said) = await PostAsync(to.Grpc, to.Key, path, body, to.Cancellation);
        Assert.True(status is not null, $"{path} was answered without a status.");
        if (status != "0") throw new RpcException(new Status((StatusCode)int.Parse(status, CultureInfo.InvariantCulture), said));
    }

    /// <summary>Sends bytes to an RPC and returns the status and the words of the answer.</summary>
    public static async Task<(string? Status, string Said)> PostAsync(
        Uri grpc, string? key, string path, byte[] body, CancellationToken cancellation)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(grpc, path))
        {
            Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = new ByteArrayContent(body),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        if (key is not null) request.Headers.Authorization = new("Bearer", key);
        request.Headers.TE.Add(new("trailers"));
        using var answer = await http.SendAsync(request, cancellation);
        await answer.Content.ReadAsByteArrayAsync(cancellation);
        string? Header(string name) => answer.TrailingHeaders.TryGetValues(name, out var found)
            || answer.Headers.TryGetValues(name, out found) ? found.FirstOrDefault() : null;
        return (Header("grpc-status"), Uri.UnescapeDataString(Header("grpc-message") ?? ""));
    }

    private static HostileInput Raw(string name, string text, string? answer = null) => new("protocol", name, async to =>
    {
        foreach (var address in new[] { to.Http, to.Grpc })
        {
            using var client = new TcpClient();
            await client.ConnectAsync(address.Host, address.Port, to.Cancellation);
            var stream = client.GetStream();
            try
            {
                await stream.WriteAsync(System.Text.Encoding.Latin1.GetBytes(text), to.Cancellation);
                // A server that reads the end before it has answered may hang up without a word.
                if (answer is null) client.Client.Shutdown(SocketShutdown.Send);
                using var said = new MemoryStream();
                await stream.CopyToAsync(said, to.Cancellation);
                if (answer is not null && address == to.Http)
                    Assert.StartsWith(answer, System.Text.Encoding.Latin1.GetString(said.ToArray()), StringComparison.Ordinal);
            }
            catch (Exception error) when (error is IOException or SocketException)
            {
                // It hung up, which is an answer.
            }
        }
    });
}
