using Microsoft.Extensions.Configuration;
using SaliencyCluster.Chart.Tests.Charts;
using SaliencyCluster.Chart.Tests.Policy;
using SaliencyCluster.Gateway.Hosting;
using SaliencyCluster.Grains.Workers;
using SaliencyCluster.Hosting.Silo;
using SaliencyCluster.Runtime;

namespace SaliencyCluster.Chart.Tests.Pods;

/// <summary>The settings that are rendered are settings that the processes have: read by the readers that they use themselves.</summary>
public sealed class SettingsTests
{
    private static readonly Dictionary<string, string> Secrets = new()
    {
        ["saliency-database/connection-string"] = "Host=db", ["saliency-s3/AWS_ACCESS_KEY_ID"] = "id", ["saliency-s3/AWS_SECRET_ACCESS_KEY"] = "secret",
    };

    [Theory, MemberData(nameof(Rendered.Names), MemberType = typeof(Rendered))]
    public void Processes_accept_every_setting_that_is_rendered(string values)
    {
        var environment = new PodEnvironment(Rendered.Of(values), Secrets);
        foreach (var container in Rendered.Workloads(values).SelectMany(w => w.Containers).Where(c => c["name"]!.ToString() is "gateway" or "worker"))
        {
            using var files = new MountedFiles();
            var configuration = new ConfigurationBuilder().AddInMemoryCollection(environment.Of(container, "pod-1", "10.0.0.9")
                .Select(pair => KeyValuePair.Create(pair.Key.Replace("__", ":"), (string?)files.In(pair.Value)))).Build();
            var cluster = ClusterSettingsReader.Read(configuration);
            Assert.Equal(values is "no values" or "laptop" ? "127.0.0.1" : "10.0.0.9", cluster.Address);
            if (container["name"]!.ToString() == "gateway") Assert.Equal("any", GatewayOptionsReader.Read(configuration).Address);
            Assert.NotNull(configuration.GetSection("Saliency:Gateway").Get<GatewayOptions>(b => b.ErrorOnUnknownConfiguration = true) ?? new());
            Assert.NotNull(configuration.GetSection(WorkerOptions.Section).Get<WorkerOptions>(b => b.ErrorOnUnknownConfiguration = true) ?? new());
            Assert.NotNull(configuration.GetSection(DeviceOptions.Section).Get<DeviceOptions>(b => b.ErrorOnUnknownConfiguration = true) ?? new());
        }
    }

    // Files that Secrets bring: here only that they exist matters.
    private sealed class MountedFiles : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("saliency-chart-");

        public string In(string value)
        {
            if (!value.StartsWith("/etc/saliency/", StringComparison.Ordinal)) return value;
            var path = Path.Combine(_folder.FullName, Path.GetFileName(value));
            File.WriteAllText(path, "{\"keys\": []}");
            return path;
        }

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
