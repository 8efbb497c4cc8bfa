using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using SaliencyCluster.Client;
using SaliencyCluster.Client.Images;
using SaliencyCluster.Gateway.Hosting;
using SaliencyCluster.Gateway.Identity.Keys;
using SaliencyCluster.Hosting;
using SaliencyCluster.Hosting.Silo;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Browser.Tests.Servers;

/// <summary>A gateway with keys: tenant a has a model and a job, tenant b has nothing, an operator belongs to b.</summary>
public sealed class GuardedServer : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("saliency-guarded-").FullName;
    private WebApplication _app = null!;

    /// <summary>Gets the keys.</summary>
    public string A { get; private set; } = "";

    /// <inheritdoc cref="A"/>
    public string B { get; private set; } = "";

    /// <inheritdoc cref="A"/>
    public string Operator { get; private set; } = "";

    /// <inheritdoc cref="A"/>
    public string Admin { get; private set; } = "";

    /// <summary>Gets the address of the dashboard.</summary>
    public Uri Http { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var file = Path.Combine(_folder, "keys.json");
        (A, B) = (Add(file, "a", Role.Submit, "a1"), Add(file, "b", Role.Submit, "b1"));
        (Operator, Admin) = (Add(file, "b", Role.Operate, "ops"), Add(file, "b", Role.Admin, "admin"));
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration["Saliency:Device:Lanes"] = "1";
        builder.AddSaliencyCluster(new ClusterSettings { DataDirectory = Path.Combine(_folder, "data"), MetricsPort = 0 });
        builder.AddSaliencyGateway(new GatewayOptions { GrpcPort = 0, HttpPort = 0, KeysFile = file });
        _app = builder.Build();
        _app.UseSaliencyOperations();
        _app.MapSaliencyGateway();
        var addresses = await _app.StartGatewayAsync();
        Http = addresses.Http;
        using var client = new SaliencyClient(addresses.Grpc, new() { ApiKey = A });
        await using var model = File.OpenRead(Repo.Model("bears-clean"));
        await client.Models.AddAsync("private-model", model);
        await client.Jobs.SubmitAsync("private-model", new() { Method = "gradient" }, new[] { ImageInput.FromFile(ServeProcess.Bears[0]) }.ToAsyncEnumerable(), "private-job");
        await client.Jobs.WatchAsync("private-job").LastAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Add(string file, string tenant, Role role, string id)
    {
        var key = ApiKey.Create(id);
        KeyFileChange.Apply(file, keys => [.. keys, new KeyEntry { Id = id, Tenant = tenant, Role = role, Hash = key.Hash, Created = DateTimeOffset.UnixEpoch }]);
        return key.Text;
    }
}
