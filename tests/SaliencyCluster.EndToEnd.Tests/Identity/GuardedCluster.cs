using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using SaliencyCluster.Client;
using SaliencyCluster.Client.Evaluations;
using SaliencyCluster.EndToEnd.Tests.Clusters;
using SaliencyCluster.Gateway.Identity.Keys;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.EndToEnd.Tests.Identity;

/// <summary>A cluster with keys: three tenants that submit, and keys that operate. Tenant a has a model, a finished job and a finished evaluation.</summary>
public sealed class GuardedCluster : IAsyncLifetime
{
    /// <summary>Names of tenant a that nobody else may ever be told.</summary>
    public const string Model = "private-model", Job = "private-job", Image = "private-image", Evaluation = "private-evaluation";

    private readonly TemporaryFolder _folder = new();
    private TestProcess? _process;

    public string A { get; private set; } = "";

    public string B { get; private set; } = "";

    public string C { get; private set; } = "";

    public string Operator { get; private set; } = "";

    /// <summary>Gets the key of an administrator, of a tenant that has nothing.</summary>
    public string Root { get; private set; } = "";

    public string KeyFile => _folder.File("keys.json");

    public Uri Grpc => _process!.Addresses!.Grpc;

    public Uri Http => _process!.Addresses!.Http;

    /// <summary>Gets the routes that need no key.</summary>
    public IEnumerable<string> OpenRoutes => _process!.Endpoints.OfType<RouteEndpoint>()
        .Where(e => e.Metadata.GetMetadata<IAllowAnonymous>() is not null).Select(e => $"/{e.RoutePattern.RawText!.TrimStart('/')}");

    /// <summary>Gets every route of the HTTP port that is no RPC, nor an RPC as REST: pages, files, the pages' hub; with who may come.</summary>
    public IEnumerable<(string Route, string Who)> Routes => _process!.Endpoints.OfType<RouteEndpoint>()
        .Where(e => e.Metadata.GetMetadata<GrpcMethodMetadata>() is null)
        // What answers calls of RPCs that there are not.
        .Where(e => !e.RoutePattern.RawText!.EndsWith(":grpcunimplemented}", StringComparison.Ordinal))
        .Select(e => ($"/{e.RoutePattern.RawText!.TrimStart('/')}", e.Metadata.GetMetadata<IAllowAnonymous>() is null ? MinRole(e).ToString() : "open"));

    /// <summary>Gets what the log says of administrators.</summary>
    public IEnumerable<string> Audited => _process!.Errors.Warnings.Where(l => l.Contains("The key ", StringComparison.Ordinal));

    public SaliencyClient Client(string? key) => _process!.Client(key);

    public async ValueTask InitializeAsync()
    {
        A = Add("a", Role.Submit, "a1");
        B = Add("b", Role.Submit, "b1");
        C = Add("c", Role.Submit, "c1");
        Operator = Add("b", Role.Operate, "ops");
        Root = Add("root", Role.Admin, "root");
        _process = await TestProcess.StartAsync("gateway+worker", _folder.File("data"), gateway: o => o with { KeysFile = KeyFile });
        using var client = Client(A);
        await using var file = File.OpenRead(TestKit.Repo.Model("mnist-mlp"));
        await client.Models.AddAsync(Model, file);
        var job = await client.Jobs.SubmitAsync(Model, new() { Method = "gradient" }, new[] { Digits.Tensor(3, Image) }.ToAsyncEnumerable(), Job);
        await client.Jobs.WatchAsync(job.JobId).LastAsync();
        var options = new EvaluationOptions { Methods = { "gradient" }, Infidelity = new() { Perturbations = 2 } };
        await client.Evaluations.SubmitAsync(Model, options, new[] { new EvaluationImageInput(Digits.Tensor(3, Image)) }.ToAsyncEnumerable(), Evaluation);
        await client.Evaluations.WatchAsync(Evaluation).LastAsync();
    }

    // All of them must be met; what asks for nothing needs a key.
    private static Role MinRole(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(a => a.Policy).OfType<string>().Select(Enum.Parse<Role>).DefaultIfEmpty(Role.Submit).Max();

    public string Add(string tenant, Role role, string id, Func<KeyEntry, KeyEntry>? change = null)
    {
        var key = ApiKey.Create(id);
        var entry = new KeyEntry { Id = id, Tenant = tenant, Role = role, Hash = key.Hash, Created = DateTimeOffset.UnixEpoch };
        KeyFileChange.Apply(KeyFile, keys => [.. keys, change is null ? entry : change(entry)]);
        return key.Text;
    }

    public async ValueTask DisposeAsync()
    {
        await _process!.DisposeAsync();
        _folder.Dispose();
        Assert.Empty(_process.Errors.Lines);
    }
}
