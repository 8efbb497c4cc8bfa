using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Abstractions.Queue;
using SaliencyCluster.Grains.Tests.Clusters;
using SaliencyCluster.Hosting.Tls;

namespace SaliencyCluster.Grains.Tests.Workers;

/// <summary>Who has no valid certificate of the cluster can neither join nor call: silos in processes of their own, and bare connections.</summary>
public sealed class PeerTlsTests
{
    /// <summary>What somebody shows who connects to the silo port.</summary>
    public enum Shown
    {
        Valid,
        Nothing,
        NoTls,
        OtherAuthority,
        Expired,
        OtherName,
        SelfSigned,
    }

    [Theory]
    [InlineData(Shown.Valid, true)]
    [InlineData(Shown.NoTls, false)]
    [InlineData(Shown.Nothing, false)]
    [InlineData(Shown.OtherAuthority, false)]
    [InlineData(Shown.Expired, false)]
    [InlineData(Shown.OtherName, false)]
    [InlineData(Shown.SelfSigned, false)]
    public async Task A_silo_talks_to_who_has_a_valid_certificate_of_the_cluster_and_to_nobody_else(Shown shown, bool talks)
    {
        using var folder = new TemporaryFolder();
        using var authority = PeerFiles.NewAuthority();
        await using var cluster = await ProcessCluster.StartAsync(workers: 0, tls: new PeerFiles(folder.Path, authority));
        Assert.Equal(talks, await GreetsAsync(cluster, shown, folder.Path, authority));
        // A connection that failed leaves the silo able to talk to others.
        Assert.True(await GreetsAsync(cluster, Shown.Valid, folder.Path, authority));
    }

    [Fact]
    public async Task A_worker_of_another_authority_and_one_without_a_certificate_cannot_join_and_one_of_the_cluster_can()
    {
        using var folder = new TemporaryFolder();
        using var authority = PeerFiles.NewAuthority();
        await using var cluster = await ProcessCluster.StartAsync(workers: 0, tls: new PeerFiles(folder.Path, authority));
        var stranger = cluster.AddWorker(new PeerFiles(folder.Path));
        var bare = cluster.AddWorker(tls: null);
        // Both sides of a connection refuse: the stranger's own log says so as well.
        await Eventually.TrueAsync(() => Task.FromResult(cluster.Log.Warnings.Any(w => w.Contains("SAL9206", StringComparison.Ordinal))
            || stranger.Output.Contains("SAL9206", StringComparison.Ordinal)), "the stranger is refused");
        cluster.AddWorker(new PeerFiles(folder.Path, authority));
        await cluster.WaitForDevicesAsync(1);
        Assert.Equal(1, await cluster.Grains.GetGrain<IShardQueueGrain>(GrainKeys.DefaultPool).CountDevicesAsync());
        await stranger.KillAsync();
        await bare.KillAsync();
        Assert.Equal(1, await cluster.Grains.GetGrain<IShardQueueGrain>(GrainKeys.DefaultPool).CountDevicesAsync());
    }

    [Fact]
    public async Task A_worker_with_an_expired_certificate_ends_and_says_so()
    {
        using var folder = new TemporaryFolder();
        await using var worker = WorkerProcess.Start(folder.Path, new PeerFiles(folder.Path, age: TimeSpan.FromHours(1)).Arguments);
        Assert.Equal(3, await worker.ExitAsync());
        Assert.Contains("error SAL9205", worker.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_of_a_cluster_without_a_certificate_ends_and_says_what_to_do()
    {
        using var folder = new TemporaryFolder();
        await using var worker = WorkerProcess.Start(folder.Path, "--Saliency:Cluster:Storage=cluster", "--Saliency:Cluster:ConnectionString=Host=nowhere");
        Assert.Equal(3, await worker.ExitAsync());
        Assert.Contains("error SAL9204", worker.Output, StringComparison.Ordinal);
        Assert.Contains("saliency certificates create", worker.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Under_load_a_cluster_goes_over_to_certificates_of_another_authority()
    {
        using var folder = new TemporaryFolder();
        using ClusterAuthority before = PeerFiles.NewAuthority(), after = PeerFiles.NewAuthority();
        var files = new PeerFiles(folder.Path, before);
        await using var cluster = await ProcessCluster.StartAsync(workers: 1, tls: files);
        await cluster.AddModelAsync("mnist-cnn");
        var job = cluster.Job("rotation");
        var request = new ExplanationRequest { Method = "smoothgrad", Target = "3", Samples = 400 };
        await job.SubmitAsync(Samples.Job("mnist-cnn", await cluster.Blobs.AddImagesAsync(12, 1, 28, 28), request), Test.Token);
        var status = await job.GetAsync();
        while (status.Done < 2) status = await job.WaitForChangeAsync(status.Version, Test.Token);
        // The same files for the gateway and the worker that run; the new worker trusts the new authority alone.
        files.Write([before, after], after);
        cluster.AddWorker(new PeerFiles(folder.Path, after));
        await cluster.WaitForDevicesAsync(2);
        status = await job.EndAsync();
        Assert.Equal((JobState.Completed, 12), (status.State, status.Done));
        Assert.Empty(cluster.Log.Errors);
    }

    // Orleans' silo begins: it sends its preamble to whoever it accepts.
    private static async Task<bool> GreetsAsync(ProcessCluster cluster, Shown shown, string folder, ClusterAuthority authority)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(cluster.SiloPort, Test.Token);
        await using var stream = client.GetStream();
        var buffer = new byte[64];
        try
        {
            if (shown == Shown.NoTls)
            {
                // What a silo without TLS would send: a length and bytes.
                await stream.WriteAsync(new byte[] { 98, 0, 0, 0, 0, 0, 0, 0 }, Test.Token);
                await stream.WriteAsync(new byte[98], Test.Token);
                return await stream.ReadAsync(buffer, Test.Token) > 0 && buffer[0] != 21; // 21: an alert of TLS
            }
            using var tls = new SslStream(stream);
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = PeerFiles.Name,
                ClientCertificateContext = Certificate(shown, folder, authority) is { } own ? SslStreamCertificateContext.Create(own, null, offline: true) : null,
                ApplicationProtocols = [new("Orleans1")],
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
            }, Test.Token);
            // In TLS 1.3 a server says what it thinks of the certificate after the handshake.
            return await tls.ReadAsync(buffer, Test.Token) > 0;
        }
        catch (Exception error) when (error is IOException or AuthenticationException)
        {
            return false;
        }
    }

    private static X509Certificate2? Certificate(Shown shown, string folder, ClusterAuthority authority)
    {
        using var other = PeerFiles.NewAuthority();
        if (shown == Shown.SelfSigned) return X509Certificate2.CreateFromPem(other.Certificate, other.Key);
        var files = shown switch
        {
            Shown.Valid => new PeerFiles(folder, authority),
            Shown.OtherAuthority => new PeerFiles(folder, other),
            Shown.Expired => new PeerFiles(folder, authority, age: TimeSpan.FromMinutes(1)),
            Shown.OtherName => new PeerFiles(folder, authority, name: "web.test"),
            _ => null,
        };
        return files is null ? null : X509Certificate2.CreateFromPemFile(files.Settings.Certificate!, files.Settings.CertificateKey);
    }
}
