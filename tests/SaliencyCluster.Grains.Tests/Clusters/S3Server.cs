using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Amazon.S3;
using SaliencyCluster.Hosting.Blobs.S3;
using SaliencyCluster.Hosting.Silo;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Grains.Tests.Clusters;

/// <summary>The npm package s3rver on a free port: an S3-compatible store that keeps each object as a file.</summary>
public sealed class S3Server : IAsyncLifetime
{
    internal const string Bucket = "blobs", Prefix = "saliency/test", Key = "S3RVER";
    private readonly TemporaryFolder _folder = new();
    private readonly int _port = FreePort.Of(0, IPAddress.Loopback);
    private Process? _process;

    internal string Endpoint => $"http://127.0.0.1:{_port}";

    internal string Blobs => $"s3://{Bucket}/{Prefix}";

    /// <summary>Gets the settings that bring a process to it.</summary>
    internal string[] Settings => [$"--Saliency:Cluster:Blobs={Blobs}", $"--Saliency:Cluster:S3:Endpoint={Endpoint}"];

    public async ValueTask InitializeAsync()
    {
        // Where the SDK looks for keys, in this process and in those that it starts.
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", Key);
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", Key);
        await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Dispose();
    }

    internal async Task StartAsync()
    {
        _process = new() { StartInfo = new(Path.Combine(Repo.Root, "tests", "s3rver"), [$"{_port}", _folder.Path, Bucket]) { RedirectStandardOutput = true, RedirectStandardError = true } };
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await Eventually.TrueAsync(AnswersAsync, "s3rver answers");
    }

    internal async Task StopAsync()
    {
        if (_process is not { HasExited: false }) return;
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>Opens the store as a process of the cluster does.</summary>
    internal S3BlobStore Open(string? bucket = null, string? endpoint = null, string prefix = Prefix, int pageSize = 1000) =>
        new(new(bucket ?? Bucket, prefix), new() { Endpoint = endpoint ?? Endpoint }, TimeProvider.System, pageSize: pageSize);

    /// <summary>Gets the file in which the server keeps an object.</summary>
    internal string FileOf(string hash) => Path.Combine(_folder.Path, Bucket, $"{Prefix}/{hash[..2]}/{hash}._S3rver_object");

    private async Task<bool> AnswersAsync()
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, _port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
