using System.Net;
using System.Text.Json.Nodes;
using SaliencyCluster.Chart.Tests.Charts;
using SaliencyCluster.Chart.Tests.Pods;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Chart.Tests.Live;

/// <summary>
/// A rendered release that runs on this machine: what Deployments, StatefulSets, Services, volumes and probes mean, and no more. Containers are
/// started from the programs that were built, with command, environment and files exactly as rendered.
/// </summary>
internal sealed class Namespace : IAsyncDisposable
{
    private readonly IReadOnlyList<Manifest> _objects;
    private readonly PodEnvironment _environment;
    private readonly IPodHost _host;
    private readonly DirectoryInfo _volumes = Directory.CreateTempSubdirectory("saliency-volumes-");
    private readonly Dictionary<string, List<Pod>> _pods = [];
    private readonly List<ServiceProxy> _proxies = [];
    private readonly Dictionary<string, IPAddress> _services = [];
    private int _made;

    private readonly ITestOutputHelper _output;

    public Namespace(IReadOnlyList<Manifest> objects, IReadOnlyDictionary<string, string> secrets, IPodHost host, ITestOutputHelper output)
    {
        (_objects, _environment, _host, _output) = (objects, new(objects, secrets), host, output);
        foreach (var service in objects.Where(m => m.Kind == "Service" && (string?)m.Spec["clusterIP"] != "None")) Open(service);
    }

    /// <summary>Gets or sets whether the memory limits of containers hold, as on a node.</summary>
    public bool HasMemoryLimits { get; init; }

    /// <summary>Gets every pod that there has been, for what they printed.</summary>
    public List<Pod> AllPods { get; } = [];

    public IReadOnlyList<Pod> PodsOf(string workload) => _pods.GetValueOrDefault(workload) ?? [];

    /// <summary>Gets where clients reach a port of a Service, such as <c>saliency-grpc</c> or <c>saliency-grpc.maps.svc</c>.</summary>
    public IPEndPoint Service(string name)
    {
        var service = _objects.Single(m => m.Kind == "Service" && m.Name == name.Split('.')[0]);
        return new(_services[service.Name], (int)service.Spec["ports"]![0]!["port"]!);
    }

    /// <summary>Gets a value of a Secret, as <c>kubectl get secret</c> shows it to who may.</summary>
    public string Secret(string name, string key) => _environment.Data("Secret", name)[key];

    /// <summary>Starts or stops pods until there are as many as wanted.</summary>
    public async Task ScaleAsync(string workload, int replicas)
    {
        var pods = _pods.TryGetValue(workload, out var there) ? there : _pods[workload] = [];
        var fresh = new List<Pod>();
        while (pods.Count < replicas)
        {
            var pod = Create(Workload(workload));
            pods.Add(pod);
            fresh.Add(pod);
        }
        await Task.WhenAll(fresh.Select(p => p.ReadyAsync()));
        var surplus = pods.Skip(replicas).ToList();
        await Task.WhenAll(surplus.Select(p => p.StopAsync()));
        pods.RemoveAll(surplus.Contains);
    }

    /// <summary>Replaces all pods as the rendered strategy says: at most maxSurge more and at most maxUnavailable fewer than wanted.</summary>
    public async Task RollAsync(string workload)
    {
        var rolling = Workload(workload).Spec["strategy"]!["rollingUpdate"]!;
        var (surge, missing) = ((int)rolling["maxSurge"]!, (int)rolling["maxUnavailable"]!);
        var pods = _pods[workload];
        foreach (var old in pods.ToList())
        {
            if (surge > 0) await ScaleAsync(workload, pods.Count + 1);
            else Assert.True(missing > 0);
            pods.Remove(old);
            await old.StopAsync();
            if (surge == 0) await ScaleAsync(workload, pods.Count + 1);
        }
    }

    /// <summary>Gets the folder behind a claim.</summary>
    public string VolumeOf(string claim) => _volumes.CreateSubdirectory(claim).FullName;

    /// <summary>Runs a container's program with other arguments beside it in its pod, as <c>kubectl exec</c> does.</summary>
    public async Task<(int Exit, string Output)> ExecAsync(Pod pod, string container, string[] arguments, params KeyValuePair<string, string>[] environment)
    {
        var running = pod.Containers[container];
        using var process = _host.Start(running with
        {
            Command = [.. running.Command, .. arguments],
            Environment = running.Environment.Concat(environment).GroupBy(e => e.Key).ToDictionary(g => g.Key, g => g.Last().Value),
        });
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var text = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, text + await error);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var proxy in _proxies) await proxy.DisposeAsync();
        foreach (var pod in AllPods) await pod.DisposeAsync();
        // Shown where the test has failed.
        foreach (var pod in AllPods) _output.WriteLine($"--- {pod.Name} {pod.Address}\n{string.Join('\n', pod.Log.Where(line => !line.TrimStart().StartsWith("at ", StringComparison.Ordinal)).TakeLast(100))}");
        _volumes.Delete(recursive: true);
    }

    private Manifest Workload(string name) => _objects.Single(m => m.PodTemplate is not null && m.Name == name);

    private Pod Create(Manifest workload)
    {
        var spec = workload.PodTemplate!["spec"]!.AsObject();
        var name = workload.Kind == "StatefulSet" ? $"{workload.Name}-{PodsOf(workload.Name).Count}" : $"{workload.Name}-{_made++:x5}";
        var pod = new Pod(name, _host.AddPod(name), spec, _host);
        AllPods.Add(pod);
        foreach (var container in workload.Containers)
        {
            var environment = new Dictionary<string, string>(_environment.Of(container, name, pod.Address.ToString()));
            // What the runtime reads from the cgroup that a CPU limit makes.
            environment["DOTNET_PROCESSOR_COUNT"] = $"{Math.Ceiling(double.Parse(container["resources"]!["limits"]!["cpu"]!.ToString()))}";
            var user = (int)spec["securityContext"]!["runAsUser"]!;
            var mounts = container["volumeMounts"]!.AsArray().ToDictionary(m => (string)m!["mountPath"]!, m => (Volume(workload, name, (string)m!["name"]!, user), (bool?)m["readOnly"] ?? false));
            var role = container["image"]!.ToString().Contains("/gateway", StringComparison.Ordinal) ? "Gateway" : "Worker";
            pod.Start(container, new(
                name, pod.Address, [.. container["command"]!.AsArray().Select(c => c!.ToString())],
                Path.Combine(Repo.Root, "src", $"SaliencyCluster.{role}", "bin", "Release", "net10.0"), (string)container["workingDir"]!,
                    user, environment, mounts, HasMemoryLimits ? Bytes(container["resources"]!["limits"]!["memory"]!.ToString()) : null));
        }
        return pod;
    }

    private static long Bytes(string quantity) => quantity[^2..] switch
    {
        "Gi" => long.Parse(quantity[..^2]) << 30,
        "Mi" => long.Parse(quantity[..^2]) << 20,
        _ => throw new NotSupportedException($"A memory limit of {quantity}"),
    };

    private string Volume(Manifest workload, string pod, string name, int user)
    {
        var volume = workload.PodTemplate!["spec"]!["volumes"]!.AsArray().SingleOrDefault(v => (string)v!["name"]! == name);
        var folder = volume?["persistentVolumeClaim"] is { } claim ? (string)claim["claimName"]! : $"{pod}-{name}";
        var path = _volumes.CreateSubdirectory(folder).FullName;
        if (volume?["secret"] is { } secret)
        {
            var data = _environment.Data("Secret", (string)secret["secretName"]!);
            var files = secret["items"]?.AsArray().Select(i => ((string)i!["path"]!, data[(string)i["key"]!]))
                ?? data.Select(d => (d.Key, d.Value));
            foreach (var (file, content) in files) File.WriteAllText(Path.Combine(path, file), content);
            foreach (var file in Directory.GetFiles(path)) Shell.Run("chmod", Convert.ToString((int)secret["defaultMode"]!, 8), file);
        }
        if (Environment.UserName == "root") Shell.Run("chown", "-R", $"{user}:{user}", path);
        Shell.Run("chmod", "o+x", _volumes.FullName);
        return path;
    }

    private void Open(Manifest service)
    {
        var address = _services[service.Name] = _host.AddService(service.Name);
        var selector = service.Spec["selector"]!.AsObject();
        foreach (var port in service.Spec["ports"]!.AsArray())
        {
            _proxies.Add(new(new(address, (int)port!["port"]!), () =>
                [.. from workload in _objects.Where(m => m.PodTemplate is not null && Matches(selector, m.PodTemplate["metadata"]!["labels"]!.AsObject()))
                    from pod in PodsOf(workload.Name).ToList()
                    where pod.IsEndpoint
                    select new IPEndPoint(pod.Address, pod.Port((string)port["targetPort"]!))]));
        }
    }

    private static bool Matches(JsonObject selector, JsonObject labels) => selector.All(pair => labels[pair.Key]?.ToString() == pair.Value!.ToString());
}
