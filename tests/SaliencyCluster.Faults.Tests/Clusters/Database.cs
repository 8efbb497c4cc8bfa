using System.Diagnostics;
using System.Globalization;
using System.Net;
using Npgsql;
using SaliencyCluster.Hosting.Silo;

namespace SaliencyCluster.Faults.Tests.Clusters;

/// <summary>Debian's PostgreSQL 15, which can be stopped and started again.</summary>
internal sealed class Database(string folder, Network network)
{
    private const string Programs = "/usr/lib/postgresql/15/bin";
    private readonly int _port = FreePort.Of(0, IPAddress.Loopback);
    private readonly string _data = Path.Combine(folder, "postgres");
    private Process? _process;

    public string ConnectionString => string.Create(CultureInfo.InvariantCulture, $"Host={network.HostAddress};Port={_port};Username=postgres;Database=postgres");

    public async Task CreateAsync()
    {
        Directory.CreateDirectory(_data);
        // PostgreSQL refuses to run as root; where the tests do, its own account has the folder.
        if (Shell.IsRoot) Shell.Run("chown", "postgres", folder, _data);
        Run([.. Account(), $"{Programs}/initdb", "-D", _data, "-U", "postgres", "--auth=trust", "--no-sync"]);
        await File.AppendAllTextAsync(Path.Combine(_data, "pg_hba.conf"), $"host all all {network.Range} trust\n");
        await StartAsync();
    }

    public async Task StartAsync()
    {
        string[] command = [.. Account(), $"{Programs}/postgres", "-D", _data, "-k", _data, "-c", $"listen_addresses=127.0.0.1,{network.HostAddress}", "-p", $"{_port}", "-c", "max_connections=300"];
        _process = new() { StartInfo = new(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" } };
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await Eventually.TrueAsync(AnswersAsync, "PostgreSQL answers");
    }

    /// <summary>Stops it as an operator does who cannot wait: connections are cut, the data stay whole.</summary>
    public async Task StopAsync()
    {
        if (_process is not { HasExited: false }) return;
        Run([.. Account(), $"{Programs}/pg_ctl", "stop", "-D", _data, "-m", "fast", "-w"]);
        await _process.WaitForExitAsync();
        _process.Dispose();
        NpgsqlConnection.ClearAllPools();
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await using var connection = new NpgsqlConnection(ConnectionString);
            await connection.OpenAsync();
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private static void Run(string[] command) => Shell.Run(command[0], command[1..]);

    private static string[] Account() => Shell.IsRoot ? ["runuser", "-u", "postgres", "--"] : [];
}
