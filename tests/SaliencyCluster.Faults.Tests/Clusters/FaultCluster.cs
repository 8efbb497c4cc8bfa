using System.Globalization;
using System.Net;
using SaliencyCluster.Client;
using SaliencyCluster.Client.Errors;
using SaliencyCluster.Hosting.Files;
using SaliencyCluster.Hosting.Silo;
using SaliencyCluster.Hosting.Tls;
using SaliencyCluster.TestKit;

[assembly: AssemblyFixture(typeof(SaliencyCluster.Faults.Tests.Clusters.FaultCluster))]

namespace SaliencyCluster.Faults.Tests.Clusters;

/// <summary>Two gateways and three workers as processes, PostgreSQL, a blob folder on a small disk, each process on a network of its own.</summary>
public sealed class FaultCluster : IAsyncLifetime
{
    /// <summary>The collection of all tests: each of them needs the whole cluster.</summary>
    public const string OneAtATime = "faults";

    private const int Gateways = 2, Workers = 3, GrpcPort = 50051;
    // No gateway answers; the cluster moves; the blob store or the database is away.
    private static readonly string[] Outages = ["SAL2580", "SAL2581", "SAL90", "SAL91"];
    private static readonly TimeSpan CallTime = TimeSpan.FromSeconds(10);
    private readonly string _folder = Directory.CreateTempSubdirectory("saliency-faults-").FullName;
    private readonly List<Member> _members = [];
    private readonly List<SaliencyClient> _clients = [];
    private int _turn;

    internal Network Network { get; } = new();

    internal Database Database { get; private set; } = null!;

    internal BlobDisk Disk { get; private set; } = null!;

    internal WorkEvents Events => new(_folder);

    internal IReadOnlyList<Member> All => _members;

    internal Member[] GatewayMembers => [.. _members.Take(Gateways)];

    internal Member[] WorkerMembers => [.. _members.Skip(Gateways)];

    public async ValueTask InitializeAsync()
    {
        // Programs of another account, such as PostgreSQL, must get through.
        Shell.Run("chmod", "755", _folder);
        Database = new(_folder, Network);
        Disk = new(_folder);
        await Database.CreateAsync();
        foreach (var note in new[] { Network.Missing, Network.MissingLoss, Disk.Missing }.OfType<string>().Distinct()) Console.WriteLine($"Not permitted here: {note}");
        for (var i = 0; i < Gateways; i++) AddGateway(i);
        for (var i = 0; i < Workers; i++) AddWorker(i);
        await WholeAsync();
        await CallAsync(async client =>
        {
            await using var file = File.OpenRead(Repo.Model("mnist-cnn"));
            return await client.Models.AddAsync("digits", file);
        });
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients) client.Dispose();
        foreach (var member in _members) await member.DisposeAsync();
        await Database.StopAsync();
        Disk.Dispose();
        Network.Dispose();
        if (Environment.GetEnvironmentVariable("FAULTS_KEEP") is null) Directory.Delete(_folder, recursive: true);
        else Console.WriteLine($"Logs are in {_folder}");
    }

    /// <summary>Makes a call at any gateway that answers; the call must be one that may be repeated.</summary>
    internal async Task<T> CallAsync<T>(Func<SaliencyClient, Task<T>> call)
    {
        var started = TimeProvider.System.GetTimestamp();
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (true)
        {
            try
            {
                return await call(_clients[_turn % _clients.Count]).WaitAsync(CallTime);
            }
            catch (Exception error) when (IsOutage(error) && TimeProvider.System.GetElapsedTime(started) < Eventually.Deadline)
            {
                _turn++;
                await pause.WaitForNextTickAsync();
            }
        }
    }

    /// <summary>Waits until every process is a member and every worker serves.</summary>
    internal async Task WholeAsync()
    {
        foreach (var member in _members) member.Signal(Shell.Continue);
        await Eventually.TrueAsync(async () =>
        {
            // Each gateway must say so, since one that comes back from a partition has not heard of its own death yet.
            foreach (var client in _clients)
            {
                try
                {
                    var status = await client.GetClusterAsync().WaitAsync(CallTime);
                    if (status.Silos.Count(s => s.Status == "Active") != _members.Count) return false;
                    if (status.Devices.Count(d => !d.Draining) != Workers) return false;
                }
                catch (Exception error) when (IsOutage(error))
                {
                    return false;
                }
            }
            return true;
        }, $"all {_members.Count} processes are members and all workers serve (logs in {_folder})");
    }

    /// <summary>Damages what a worker sends, or stops doing so.</summary>
    internal void Damage(Member worker, bool on)
    {
        var file = Path.Combine(_folder, "damage-" + worker.Name);
        if (on) File.WriteAllText(file, "");
        else File.Delete(file);
    }

    /// <summary>Lets the shards of an image end every worker that takes them; null ends that.</summary>
    internal void Crash(string? image)
    {
        var file = Path.Combine(_folder, "crash");
        if (image is null) File.Delete(file);
        else File.WriteAllText(file, image);
    }

    private static bool IsOutage(Exception error) =>
        error is TimeoutException or OperationCanceledException
        || (error is GatewayException gateway && Outages.Any(prefix => gateway.Code.StartsWith(prefix, StringComparison.Ordinal)));

    private void AddGateway(int number)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"g{number}");
        var address = Network.Add(name, number);
        var port = Network.Missing is null ? GrpcPort : FreePort.Of(0, IPAddress.Loopback);
        Add(name, address, Member.Program("src", "SaliencyCluster.Gateway"), $"--Saliency:Gateway:Address={address}", $"--Saliency:Gateway:GrpcPort={port}",
            "--Saliency:Gateway:HttpPort=0", "--Saliency:Gateway:Insecure=true");
        _clients.Add(new(new Uri($"http://{address}:{port}"), new() { ReconnectFor = TimeSpan.Zero }));
    }

    // One pair for all: what tells processes from strangers is the authority.
    private string[] Certificates()
    {
        var (certificate, key, authorities) = (Path.Combine(_folder, "silo.pem"), Path.Combine(_folder, "silo.key"), Path.Combine(_folder, "authorities.pem"));
        if (!File.Exists(certificate))
        {
            var now = DateTimeOffset.UtcNow;
            using var authority = ClusterAuthority.Create("faults", now.AddDays(-1), now.AddDays(30));
            var (own, secret) = authority.Issue("silo.faults", now.AddDays(-1), now.AddDays(30));
            PrivateFiles.Replace(key, secret);
            PrivateFiles.Replace(authorities, authority.Certificate);
            PrivateFiles.Replace(certificate, own);
        }
        return [$"--Saliency:Cluster:Tls:Certificate={certificate}", $"--Saliency:Cluster:Tls:CertificateKey={key}", $"--Saliency:Cluster:Tls:Authorities={authorities}"];
    }

    private void AddWorker(int number)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"w{number}");
        Add(name, Network.Add(name, Gateways + number), Member.Program("tests", "SaliencyCluster.Faults.Worker"), "--Saliency:Device:Lanes=1");
    }

    private void Add(string name, string address, string program, params string[] settings)
    {
        var command = Network.Within(name, ["dotnet", program, "--Saliency:Cluster:Storage=cluster", $"--Saliency:Cluster:ConnectionString={Database.ConnectionString}",
            $"--Saliency:Cluster:Blobs={Disk.Folder}", $"--Saliency:Cluster:Address={address}", $"--Saliency:Cluster:Name={name}", "--Saliency:Cluster:MetricsPort=0",
            .. Certificates(), "--Saliency:Cluster:DataDirectory=" + _folder, "--Logging:LogLevel:Default=Warning", "--Logging:LogLevel:SaliencyCluster=Information",
            "--Logging:Console:FormatterName=simple", "--Logging:Console:FormatterOptions:TimestampFormat=HH:mm:ss.fff ", .. settings]);
        _members.Add(new(name, address, command, new() { ["FAULTS_FOLDER"] = _folder }, _folder));
    }
}
