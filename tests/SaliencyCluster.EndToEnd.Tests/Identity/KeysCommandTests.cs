using System.Text.Json;
using SaliencyCluster.Client;
using SaliencyCluster.Client.Errors;
using SaliencyCluster.Client.Images;
using SaliencyCluster.EndToEnd.Tests.BadInput;
using SaliencyCluster.EndToEnd.Tests.Clusters;

namespace SaliencyCluster.EndToEnd.Tests.Identity;

/// <summary>The life of a key: made, used, revoked, while the gateway runs.</summary>
public sealed class KeysCommandTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_is_made_used_listed_and_revoked_while_the_gateway_runs()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("keys.json");
        var first = await RunAsync("keys", "create", "--file", file, "--tenant", "lab", "--role", "submit", "--id", "first");
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.DoesNotContain(first.Out.Trim(), await File.ReadAllTextAsync(file, Cancellation), StringComparison.Ordinal);
        await using var gateway = await TestProcess.StartAsync("gateway", folder.File("data"), gateway: o => o with { KeysFile = file });
        var endpoint = gateway.Addresses!.Grpc;

        var refused = await CommandLine.RunAsync(endpoint, null, "models", "list");
        Assert.Equal(3, refused.Exit);
        Assert.StartsWith("error SAL2901: The call has no API key.", refused.Error, StringComparison.Ordinal);
        var allowed = await CommandLine.RunAsync(endpoint, null, "models", "list", "--api-key", first.Out.Trim());
        Assert.Equal((0, ""), (allowed.Exit, allowed.Error));

        var second = JsonDocument.Parse((await RunAsync("keys", "create", "--file", file, "--tenant", "lab", "--role", "operate", "--days", "30", "--json")).Out).RootElement;
        await UntilAsync(gateway, second.GetProperty("key").GetString()!, isAccepted: true);
        await RunAsync("keys", "revoke", "first", "--file", file);
        await UntilAsync(gateway, first.Out.Trim(), isAccepted: false);
        var told = await CommandLine.RunAsync(endpoint, null, "models", "list", "--api-key", first.Out.Trim());
        Assert.StartsWith("error SAL2904: The API key 'first' was revoked at ", told.Error, StringComparison.Ordinal);

        var list = JsonDocument.Parse((await RunAsync("keys", "list", "--file", file, "--json")).Out).RootElement.EnumerateArray().ToList();
        Assert.Equal([("first", "revoked"), (second.GetProperty("id").GetString(), "valid")], list.Select(k => (k.GetProperty("id").GetString(), k.GetProperty("state").GetString())));
        Assert.Empty(gateway.Errors.Lines);
    }

    [Fact]
    public async Task A_revoked_key_ends_what_it_has_open_and_a_job_half_sent_is_not_accepted()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("keys.json");
        var key = (await RunAsync("keys", "create", "--file", file, "--tenant", "lab", "--role", "operate", "--id", "short")).Out.Trim();
        var other = (await RunAsync("keys", "create", "--file", file, "--tenant", "lab", "--role", "submit")).Out.Trim();
        await using var gateway = await TestProcess.StartAsync("gateway", folder.File("data"), gateway: o => o with { KeysFile = file });
        using var client = gateway.Client(key);
        using var kept = gateway.Client(other);
        await SharedCluster.AddAsync(client, "mnist-mlp");
        var begun = new TaskCompletionSource();
        var sending = client.Jobs.SubmitAsync("mnist-mlp", new() { Method = "gradient" }, HalfAsync(), "half", Cancellation);
        var watching = WatchAsync();
        await begun.Task.WaitAsync(Cancellation);
        await RunAsync("keys", "revoke", "short", "--file", file);
        Assert.Equal("SAL2904", (await Assert.ThrowsAsync<GatewayException>(() => watching.WaitAsync(Cancellation))).Code);
        Assert.Equal("SAL2904", (await Assert.ThrowsAsync<GatewayException>(() => sending.WaitAsync(Cancellation))).Code);
        Assert.Empty(await kept.Jobs.ListAsync(Cancellation).ToListAsync(Cancellation));
        Assert.Empty(gateway.Errors.Lines);

        async Task WatchAsync()
        {
            await foreach (var _ in client.WatchClusterAsync(cancellation: Cancellation)) begun.TrySetResult();
        }

        async IAsyncEnumerable<ImageInput> HalfAsync()
        {
            yield return Digits.Tensor(3, "first");
            await Task.Delay(Timeout.Infinite, Cancellation);
        }
    }

    [Fact]
    public async Task A_damaged_file_leaves_the_keys_as_they_were_and_is_complained_of_once()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("keys.json");
        var key = (await RunAsync("keys", "create", "--file", file, "--tenant", "lab", "--role", "submit")).Out.Trim();
        await using var gateway = await TestProcess.StartAsync("gateway", folder.File("data"), gateway: o => o with { KeysFile = file });
        await File.WriteAllTextAsync(file, "{ \"keys\": [ { \"id\": \"x\" } ] }", Cancellation);
        await EventuallyAsync(() => Task.FromResult(gateway.Errors.Lines.Count > 0));
        using var client = gateway.Client(key);
        Assert.Empty(await client.Models.ListAsync(Cancellation));
        var line = Assert.Single(gateway.Errors.Lines);
        Assert.Contains("SAL9025: The key file", line, StringComparison.Ordinal);
        Assert.Contains("The keys stay as they were", line, StringComparison.Ordinal);
    }

    private static async Task<CommandLine> RunAsync(params string[] arguments)
    {
        var run = await CommandLine.RunAsync(null, null, arguments);
        Assert.True(run.Exit == 0, run.Error);
        return run;
    }

    private static Task UntilAsync(TestProcess gateway, string key, bool isAccepted) => EventuallyAsync(async () =>
    {
        using var client = gateway.Client(key);
        try
        {
            await client.Models.ListAsync(Cancellation);
            return isAccepted;
        }
        catch (GatewayException error) when (error.Code is "SAL2902" or "SAL2904")
        {
            return !isAccepted;
        }
    });

    private static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await condition()) await timer.WaitForNextTickAsync(Cancellation);
    }
}
