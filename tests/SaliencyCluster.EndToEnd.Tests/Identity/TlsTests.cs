using System.Net;
using System.Security.Cryptography.X509Certificates;
using SaliencyCluster.Client;
using SaliencyCluster.Client.Errors;
using SaliencyCluster.EndToEnd.Tests.BadInput;
using SaliencyCluster.EndToEnd.Tests.Clusters;

namespace SaliencyCluster.EndToEnd.Tests.Identity;

/// <summary>A gateway with a certificate of a private authority: gRPC, REST and the command line.</summary>
public sealed class TlsTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly Authority _authority = new("ours");
    private TestProcess _gateway = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var (certificate, key) = _authority.Issue(_folder.File("gateway"), IPAddress.Loopback);
        _gateway = await TestProcess.StartAsync("gateway+worker", _folder.File("data"), gateway: o => o with { Certificate = certificate, CertificateKey = key });
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        Assert.Empty(_gateway.Errors.Lines);
        _authority.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_client_that_trusts_the_authority_explains_over_tls()
    {
        Assert.Equal("https", _gateway.Addresses!.Grpc.Scheme);
        using var client = new SaliencyClient(_gateway.Addresses.Grpc, new SaliencyClientOptions { Authorities = _authority.Trusted });
        await SharedCluster.AddAsync(client, "mnist-mlp");
        Assert.NotNull((await client.ExplainToEndAsync("mnist-mlp", new() { Method = "gradient" }, Digits.Tensor(1), Cancellation)).Map);
        var run = await CommandLine.RunAsync(_gateway.Addresses.Grpc, null, "models", "list", "--json", "--ca", _authority.WriteTo(_folder.File("ca.pem")));
        Assert.True(run.Exit == 0, run.Error);
        Assert.Contains("mnist-mlp", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rest_is_served_over_tls_and_over_nothing_else()
    {
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, CustomTrustStore = { _authority.Certificate } };
        using var http = new HttpClient(handler) { BaseAddress = _gateway.Addresses!.Http };
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/v1/methods", Cancellation)).StatusCode);
        using var plain = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => plain.GetAsync($"http://127.0.0.1:{_gateway.Addresses.Http.Port}/v1/methods", Cancellation));
    }

    [Fact]
    public async Task Nobody_talks_to_a_gateway_whose_certificate_is_not_trusted()
    {
        using var other = new Authority("theirs");
        using var stranger = new SaliencyClient(_gateway.Addresses!.Grpc, new SaliencyClientOptions { Authorities = other.Trusted });
        await RefusedAsync(stranger);
        using var system = new SaliencyClient(_gateway.Addresses.Grpc);
        await RefusedAsync(system);
        // The certificate is for 127.0.0.1 and not for this name of it.
        using var misnamed = new SaliencyClient(new Uri($"https://localhost:{_gateway.Addresses.Grpc.Port}"), new SaliencyClientOptions { Authorities = _authority.Trusted });
        await RefusedAsync(misnamed);
    }

    [Fact]
    public async Task A_file_that_is_no_certificate_is_named()
    {
        var path = _folder.File("no.pem");
        await File.WriteAllTextAsync(path, "nothing", Cancellation);
        var run = await CommandLine.RunAsync(_gateway.Addresses!.Grpc, null, "models", "list", "--ca", path);
        Assert.Equal(1, run.Exit);
        Assert.StartsWith($"error SAL2516: The file '{path}' holds no certificate in PEM form.", run.Error, StringComparison.Ordinal);
        Assert.StartsWith("error SAL2510: ", (await CommandLine.RunAsync(_gateway.Addresses.Grpc, null, "models", "list", "--ca", path + "x")).Error, StringComparison.Ordinal);
    }

    private static async Task RefusedAsync(SaliencyClient client)
    {
        var error = await Assert.ThrowsAsync<GatewayException>(() => client.Models.ListAsync(Cancellation));
        Assert.Equal("SAL2582", error.Code);
        Assert.Equal("Give the authority that signed it (--ca FILE), or call the gateway by a name that is in its certificate.", error.Next);
    }
}
