using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace SaliencyCluster.Architecture.Tests;

/// <summary><c>deploy/containers/digests</c>, which pins what our images are built on, against a registry of this test.</summary>
public sealed class BaseImageTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("digests-");
    private readonly HttpListener _registry;
    private readonly string _host;
    private string _index = """{"schemaVersion":2,"manifests":[]}""";

    public BaseImageTests()
    {
        (_registry, _host) = Listening();
        Directory.CreateDirectory(Path.Combine(_root.FullName, "deploy", "containers"));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Containerfile => Path.Combine(_root.FullName, "deploy", "containers", "a.Containerfile");

    public void Dispose()
    {
        _registry.Close();
        _root.Delete(recursive: true);
    }

    [Fact]
    public async Task What_a_tag_stands_for_is_pinned_and_a_tag_that_moves_is_told()
    {
        var serving = ServeAsync();
        string Text(string pin) => $"# Base: {_host}/some/base:1.0\nARG BASE_IMAGE={_host}/some/base:1.0{pin}\nFROM ${{BASE_IMAGE}}\n";
        await File.WriteAllTextAsync(Containerfile, Text(""), Cancellation);
        Assert.Equal((1, $"{_host}/some/base:1.0@{Digest}  (pinned: nothing)"), await RunAsync());
        Assert.Equal(0, (await RunAsync("--write")).Exit);
        Assert.Equal(Text($"@{Digest}"), await File.ReadAllTextAsync(Containerfile, Cancellation));
        Assert.Equal((0, $"{_host}/some/base:1.0@{Digest}"), await RunAsync());

        var before = Digest;
        _index = """{"schemaVersion":2,"manifests":[{}]}""";
        Assert.Equal((1, $"{_host}/some/base:1.0@{Digest}  (pinned: {before})"), await RunAsync());
        Assert.Equal(0, (await RunAsync("--write")).Exit);
        Assert.Equal(Text($"@{Digest}"), await File.ReadAllTextAsync(Containerfile, Cancellation));

        _registry.Close();
        await serving;
        Assert.Equal(2, (await RunAsync("--write")).Exit);
        Assert.Equal(Text($"@{Digest}"), await File.ReadAllTextAsync(Containerfile, Cancellation));
    }

    // A port below those that connections take for themselves; whether it is free is seen by taking it.
    private static (HttpListener Listener, string Host) Listening(int tries = 20)
    {
        var host = $"127.0.0.1:{Random.Shared.Next(20_000, 30_000)}";
        var listener = new HttpListener { Prefixes = { $"http://{host}/" } };
        try
        {
            listener.Start();
            return (listener, host);
        }
        catch (HttpListenerException) when (tries > 1)
        {
            return Listening(tries - 1);
        }
    }

    private string Digest => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(_index)))}";

    // Asks for a token first, as public registries do of those who have no account.
    private async Task ServeAsync()
    {
        while (_registry.IsListening)
        {
            HttpListenerContext asked;
            try
            {
                asked = await _registry.GetContextAsync();
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            var (path, allowed) = (asked.Request.Url!.AbsolutePath, asked.Request.Headers["Authorization"] == "Bearer t0");
            asked.Response.StatusCode = path == "/token" || allowed ? 200 : 401;
            if (asked.Response.StatusCode == 401)
                asked.Response.AddHeader("WWW-Authenticate", $"Bearer realm=\"http://{_host}/token\",service=\"test\",scope=\"pull\"");
            asked.Response.Close(Encoding.UTF8.GetBytes(path == "/token" ? """{"token":"t0"}"""
                : allowed && path == "/v2/some/base/manifests/1.0" ? _index : "nothing"), willBlock: true);
        }
    }

    private async Task<(int Exit, string Said)> RunAsync(params string[] arguments)
    {
        var script = Path.Combine(Repository.Root, "deploy", "containers", "digests");
        using var process = Process.Start(new ProcessStartInfo(script, ["--root", _root.FullName, .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var complaints = process.StandardError.ReadToEndAsync(Cancellation);
        var said = await process.StandardOutput.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        await complaints;
        return (process.ExitCode, said.Trim());
    }
}
