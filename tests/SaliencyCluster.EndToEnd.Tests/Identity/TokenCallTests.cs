using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;
using SaliencyCluster.Client;
using SaliencyCluster.Client.Errors;
using SaliencyCluster.EndToEnd.Tests.Clusters;
using SaliencyCluster.Gateway.Identity.Audit;
using SaliencyCluster.Gateway.Identity.Keys;
using SaliencyCluster.Protocol.V1;
using SaliencyCluster.TestKit.Identity;

namespace SaliencyCluster.EndToEnd.Tests.Identity;

/// <summary>Calls with tokens of an identity provider, beside keys.</summary>
public sealed class TokenCallTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly TokenIssuer _issuer = new();
    private TestProcess? _process;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Key { get; set; } = "";

    public async ValueTask InitializeAsync()
    {
        var key = ApiKey.Create("ci");
        Key = key.Text;
        KeyFileChange.Apply(_folder.File("keys.json"), _ =>
            [new() { Id = "ci", Tenant = "lab", Role = Role.Submit, Hash = key.Hash, Created = DateTimeOffset.UnixEpoch }]);
        _process = await TestProcess.StartAsync("gateway+worker", _folder.File("data"), gateway: o => o with
        {
            KeysFile = _folder.File("keys.json"),
            Tokens = new() { Issuer = _issuer.Address, Audience = "saliency", ClockSkew = TimeSpan.Zero, Pools = ["default"] },
            Audit = new() { File = _folder.File("audit.jsonl") },
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _process!.DisposeAsync();
        _issuer.Dispose();
        _folder.Dispose();
        Assert.Empty(_process.Errors.Lines);
    }

    [Fact]
    public async Task A_token_reaches_the_things_of_its_tenant_as_a_key_does_and_nothing_else()
    {
        using var mine = _process!.Client(_issuer.Token());
        await AddAsync(mine);
        var job = await mine.Jobs.SubmitAsync(
            "private", new() { Method = "gradient" }, new[] { Digits.Tensor(3, "three") }.ToAsyncEnumerable(), cancellation: Cancellation);
        Assert.Equal(1, (await mine.Jobs.WatchAsync(job.JobId, Cancellation).LastAsync(Cancellation)).ImagesDone);

        using var key = _process.Client(Key);
        Assert.Equal("private", Assert.Single(await key.Models.ListAsync(Cancellation)).Name);
        using var other = _process.Client(_issuer.Token(c => c["tenant"] = "clinic"));
        Assert.Empty(await other.Models.ListAsync(Cancellation));
        var missing = await Assert.ThrowsAsync<GatewayException>(() => other.Jobs.GetAsync(job.JobId, Cancellation));
        Assert.Equal(StatusCode.NotFound, missing.Status);

        using var http = new HttpClient { BaseAddress = _process.Addresses!.Http };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _issuer.Token());
        Assert.Contains("private", await http.GetStringAsync("/v1/models", Cancellation), StringComparison.Ordinal);
        http.DefaultRequestHeaders.Authorization = new("Bearer", _issuer.Token(sign: _ => new byte[256]));
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("/v1/models", Cancellation)).StatusCode);
        http.DefaultRequestHeaders.Authorization = new("Bearer", _issuer.Token(c => c["roles"] = "none"));
        Assert.Equal(HttpStatusCode.Forbidden, (await http.GetAsync("/v1/models", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task A_role_and_a_pool_that_a_token_does_not_give_are_told_with_who_grants_them()
    {
        using var client = _process!.Client(_issuer.Token());
        var role = await Assert.ThrowsAsync<GatewayException>(() => client.GetClusterAsync(Cancellation));
        Assert.Equal("SAL2905: The call needs the role 'operate'; the token of 'oidc:alice' has the role 'submit'. Whoever runs the "
            + "identity provider "
            + "grants it; Saliency:Gateway:Tokens:Roles says which of its values mean which role.", role.Message);
        await AddAsync(client);
        var pool = await Assert.ThrowsAsync<GatewayException>(() => client.Jobs.SubmitAsync(
            new JobHeader { Model = "private", Options = new() { Method = "gradient" }, Pool = "gpu" },
            new[] { Digits.Tensor(3, "three") }.ToAsyncEnumerable(), Cancellation));
        Assert.StartsWith("SAL2906: The token of 'oidc:alice' may not use the pool 'gpu'", pool.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_callers_did_is_written_down_before_they_are_answered()
    {
        using var mine = _process!.Client(_issuer.Token());
        await AddAsync(mine);
        var images = new[] { Digits.Tensor(3, "three") };
        var job = await mine.Jobs.SubmitAsync("private", new() { Method = "gradient" }, images.ToAsyncEnumerable(),
            cancellation: Cancellation);
        await mine.Jobs.WatchAsync(job.JobId, Cancellation).LastAsync(Cancellation);
        await Assert.ThrowsAsync<GatewayException>(() => mine.GetClusterAsync(Cancellation));
        using var key = _process.Client(Key);
        await Assert.ThrowsAsync<GatewayException>(() => key.Jobs.CancelAsync("nothing", Cancellation));
        using var http = new HttpClient { BaseAddress = _process.Addresses!.Http };
        http.DefaultRequestHeaders.Authorization = new("Bearer", Key);
        using var empty = new StringContent("{\"instances\": []}");
        Assert.Equal(HttpStatusCode.BadRequest, (await http.PostAsync("/v1/models/private:explain", empty, Cancellation)).StatusCode);
        await http.DeleteAsync($"/v1/jobs/{job.JobId}", Cancellation);
        using var form = new FormUrlEncodedContent([new("key", Key)]);
        await http.PostAsync("/sign-in", form, Cancellation);

        var records = new List<AuditRecord>();
        Assert.Null(AuditFile.Read(_folder.File("audit.jsonl"), records.Add));
        Assert.Equal(
        [
            "lab oidc:alice submit Models/UploadModel ok",
            "lab oidc:alice submit Explanations/SubmitJob ok",
            "lab oidc:alice submit /saliency.v1.Cluster/GetCluster SAL2905",
            "lab ci submit Explanations/CancelJob SAL3002",
            "lab ci submit POST /v1/models/{model}:explain SAL2640",
            "lab ci submit Explanations/DeleteJob ok",
            "lab ci submit sign-in ok",
        ], records.Select(r => $"{r.Tenant} {r.Caller} {r.Role} {r.Call} {r.Outcome}"));
        Assert.Equal(("private", job.JobId, "gradient"), (records[1].Subject["model"], records[1].Subject["job"],
            records[1].Subject["method"]));
        Assert.Equal(job.JobId, records[5].Subject["job"]);
        Assert.All(records, r => Assert.Equal("127.0.0.1", r.Address));
    }

    [Fact]
    public async Task A_stream_ends_when_its_token_expires()
    {
        var seen = 0;
        // On a busy machine a call may begin only after a short life has ended.
        for (var life = 5; seen == 0; life *= 2)
        {
            var ends = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + life;
            using var client = _process!.Client(_issuer.Token(c => (c["roles"], c["exp"]) = ("operate", ends)));
            var ended = await Assert.ThrowsAsync<GatewayException>(async () =>
            {
                await foreach (var _ in client.WatchClusterAsync(cancellation: Cancellation)) seen++;
            });
            Assert.StartsWith("SAL2911: The token expired at ", ended.Message, StringComparison.Ordinal);
        }
    }

    private static async Task AddAsync(SaliencyClient client)
    {
        await using var file = File.OpenRead(TestKit.Repo.Model("mnist-mlp"));
        await client.Models.AddAsync("private", file, cancellation: Cancellation);
    }
}
