using System.Text.Json.Nodes;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SaliencyCluster.Cli.CommandLine;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Cli.Tests.Doctor;

/// <summary>A worker is a member of its cluster a moment before it first asks for work; <c>doctor</c> waits for that moment, and for no more.</summary>
public sealed class WorkerThatStartsTests
{
    [Theory]
    [InlineData("Active", 3, "ok", 3)]
    [InlineData("Joining", 3, "warning", 1)]
    [InlineData("Dead", 3, "warning", 1)]
    [InlineData("Active", 1, "ok", 1)]
    public async Task A_worker_that_has_joined_is_waited_for(string status, int seenAt, string outcome, int asked)
    {
        var cluster = new StartingCluster(status, seenAt);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(System.Net.IPAddress.Loopback, 0, l => l.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(cluster);
        await using var app = builder.Build();
        app.MapGrpcService<StartingCluster>();
        app.MapGrpcService<Methods>();
        await app.StartAsync(TestContext.Current.CancellationToken);

        var print = new StringWriter();
        var host = new CliHost(print, TextWriter.Null, TimeProvider.System);
        await SaliencyCommandLine.RunAsync(["doctor", "--json", "--endpoint", app.Urls.Single()], host, TestContext.Current.CancellationToken);

        var workers = JsonNode.Parse(print.ToString())!["checks"]!.AsArray().Single(c => (string?)c!["code"] == "SAL9405")!;
        Assert.Equal((outcome, asked), ((string?)workers["outcome"], cluster.Asked));
    }

    private sealed class StartingCluster(string status, int seenAt) : Protocol.V1.Cluster.ClusterBase
    {
        public int Asked { get; private set; }

        public override Task<ClusterStatus> GetCluster(GetClusterRequest request, ServerCallContext context)
        {
            var answer = new ClusterStatus { Version = "0.0.0", Now = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow) };
            answer.Silos.Add(new Protocol.V1.Silo { Name = "w", Address = "127.0.0.1:1", Roles = { "worker" }, Status = status });
            if (++Asked >= seenAt) answer.Devices.Add(new Device { Pool = "default", Provider = "cpu" });
            return Task.FromResult(answer);
        }
    }

    private sealed class Methods : Explanations.ExplanationsBase
    {
        public override Task<ListMethodsResponse> ListMethods(ListMethodsRequest request, ServerCallContext context) => Task.FromResult(new ListMethodsResponse());
    }
}
