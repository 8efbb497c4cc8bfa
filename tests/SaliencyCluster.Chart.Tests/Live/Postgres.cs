using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace SaliencyCluster.Chart.Tests.Live;

/// <summary>Debian's PostgreSQL as the database that a Secret names, and the programs that operators back it up with.</summary>
internal sealed class Postgres : IAsyncDisposable
{
    private const string Programs = "/usr/lib/postgresql/15/bin";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("saliency-postgres-");
    private readonly IPAddress _address;
    private readonly int _port;
    private Process? _process;

    private Postgres(IPAddress address)
    {
        _address = address;
        using var listener = new TcpListener(address, 0);
        listener.Start();
        _port = ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public static async Task<Postgres> StartAsync(IPAddress address)
    {
        var server = new Postgres(address);
        var data = Path.Combine(server._folder.FullName, "data");
        // PostgreSQL refuses to run as root; where the tests do, its own account has the folder.
        if (Environment.UserName == "root") Shell.Run("chown", "-R", "postgres", server._folder.FullName);
        Shell.Run([.. AsPostgres(), $"{Programs}/initdb", "-D", data, "-U", "saliency", "--auth=trust", "--no-sync"]);
        File.AppendAllText(Path.Combine(data, "pg_hba.conf"), "host all all 10.0.0.0/8 trust\nhost all all 127.0.0.0/8 trust\n");
        string[] serve = [.. AsPostgres(), $"{Programs}/postgres", "-D", data, "-k", data, "-c", $"listen_addresses={address}", "-p", $"{server._port}", "-c", "fsync=off"];
        server._process = Process.Start(new ProcessStartInfo(serve[0], serve[1..]) { RedirectStandardError = true, WorkingDirectory = "/" })!;
        server._process.BeginErrorReadLine();
        try
        {
            await Eventually.TrueAsync(() => Task.FromResult(server.Psql("postgres", "SELECT 1").Exit == 0), "PostgreSQL answers");
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes a database and gets its connection string.</summary>
    public string Create(string database)
    {
        Assert.Equal(0, Psql("postgres", $"CREATE DATABASE {database}").Exit);
        return $"Host={_address};Port={_port};Username=saliency;Database={database}";
    }

    /// <summary>Copies a database as docs/operations/backup-restore.md says.</summary>
    public void Dump(string database, string file) =>
        Shell.Run($"{Programs}/pg_dump", "-h", $"{_address}", "-p", $"{_port}", "-U", "saliency", "--format=custom", "-f", file, database);

    public void Restore(string file, string database) =>
        Shell.Run($"{Programs}/pg_restore", "-h", $"{_address}", "-p", $"{_port}", "-U", "saliency", "--exit-on-error", "-d", database, file);

    public (int Exit, string Text) Psql(string database, string sql) =>
        Shell.Try($"{Programs}/psql", "-h", $"{_address}", "-p", $"{_port}", "-U", "saliency", "-d", database, "-At", "-c", sql);

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            // Its fast shutdown, which leaves no shared memory behind.
            Shell.Try("kill", "-INT", $"{_process.Id}");
            if (!_process.WaitForExit(TimeSpan.FromSeconds(20))) _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }
        _process?.Dispose();
        _folder.Delete(recursive: true);
    }

    private static string[] AsPostgres() => Environment.UserName == "root" ? ["runuser", "-u", "postgres", "--"] : [];
}
