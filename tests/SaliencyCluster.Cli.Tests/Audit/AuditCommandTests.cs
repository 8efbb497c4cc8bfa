using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SaliencyCluster.Gateway.Identity.Audit;

namespace SaliencyCluster.Cli.Tests.Audit;

public sealed class AuditCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("saliency-audit-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Records_of_several_gateways_are_listed_in_order_and_chosen_by_time_caller_and_subject()
    {
        var a = await WriteAsync("a.jsonl", Record(8, "lab", "ci", "j1"), Record(10, "lab", "oidc:alice", "j2"));
        var b = await WriteAsync("b.jsonl", Record(9, "clinic", "bob", "j3"));
        Assert.Equal(["j1", "j3", "j2"], await JobsAsync(a, b));
        Assert.Equal(["j3", "j2"], await JobsAsync(a, b, "--since", "2026-11-30T09:00Z"));
        Assert.Equal(["j1"], await JobsAsync(a, b, "--until", "2026-11-30T09:00Z"));
        Assert.Equal(["j2"], await JobsAsync(a, b, "--caller", "oidc:alice"));
        Assert.Equal(["j3"], await JobsAsync(a, b, "--tenant", "clinic"));
        Assert.Equal(["j2"], await JobsAsync(a, "--about", "j2"));
        var table = await Run.Of("audit", a, b);
        Assert.Equal(0, table.Exit);
        Assert.Contains("job=j3", table.Out, StringComparison.Ordinal);
        Assert.Contains("3 of 3 records; each line follows from the one before", table.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_line_is_an_error_that_names_it()
    {
        var file = await WriteAsync("a.jsonl", Record(8, "lab", "ci", "j1"), Record(9, "lab", "ci", "j2"));
        await File.WriteAllTextAsync(
            file, (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).Replace("j1", "j9", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);
        var run = await Run.Of("audit", file);
        Assert.NotEqual(0, run.Exit);
        Assert.Contains("SAL2535", run.Error, StringComparison.Ordinal);
        Assert.Contains("Line 2 ", run.Error, StringComparison.Ordinal);
        var missing = await Run.Of("audit", Path.Combine(_folder, "nothing"));
        Assert.NotEqual(0, missing.Exit);
        Assert.Contains("SAL2510", missing.Error, StringComparison.Ordinal);
    }

    private static async Task<IEnumerable<string>> JobsAsync(params string[] arguments)
    {
        var run = await Run.Of(["audit", .. arguments, "--json"]);
        Assert.Equal(0, run.Exit);
        return JsonDocument.Parse(run.Out).RootElement.GetProperty("records").EnumerateArray()
            .Select(r => r.GetProperty("subject").GetProperty("job").GetString()!);
    }

    private static AuditRecord Record(int hour, string tenant, string caller, string job) => new(
        new(2026, 11, 30, hour, 0, 0, TimeSpan.Zero), tenant, caller, "submit", "127.0.0.1", "Explanations/SubmitJob",
        new Dictionary<string, string> { ["job"] = job }, "ok", "");

    // As docs/security.md describes the file, by nothing of the gateway.
    private async Task<string> WriteAsync(string name, params AuditRecord[] records)
    {
        var path = Path.Combine(_folder, name);
        var (number, previous) = (0, Convert.ToHexStringLower(SHA256.HashData([])));
        foreach (var record in records)
        {
            var line = JsonSerializer.Serialize(record with { Number = ++number, Previous = previous }, JsonSerializerOptions.Web);
            await File.AppendAllTextAsync(path, line + "\n", TestContext.Current.CancellationToken);
            previous = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(line)));
        }
        return path;
    }
}
