using System.Diagnostics;
using System.Net;
using Npgsql;
using SaliencyCluster.Hosting.Silo;

namespace SaliencyCluster.Grains.Tests.Clusters;

/// <summary>Debian's PostgreSQL 15 on a free port, with a database in a temporary folder.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private const string Programs = "/usr/lib/postgresql/15/bin";
    private readonly TemporaryFolder _folder = new();
    private readonly int _port = FreePort.Of(0, IPAddress.Loopback);
    private Process? _process;

    public string ConnectionString => $"Host=127.0.0.1;Port={_port};Username=postgres;Database=postgres;Include Error Detail=true";

    public static async Task<PostgresServer> StartAsync()
    {
        var server = new PostgresServer();
        var data = Path.Combine(server._folder.Path, "data");
        // PostgreSQL refuses to run as root; where the tests do, its own account has the folder.
        if (Environment.UserName == "root") await RunAsync("chown", "-R", "postgres", server._folder.Path);
        await RunAsync([.. AsPostgres(), $"{Programs}/initdb", "-D", data, "-U", "postgres", "--auth=trust", "--no-sync"]);
        string[] serve = [.. AsPostgres(), $"{Programs}/postgres", "-D", data, "-k", data, "-c", "listen_addresses=127.0.0.1", "-p", $"{server._port}"];
        server._process = Start(serve);
        await Eventually.TrueAsync(server.AnswersAsync, "PostgreSQL answers");
        return server;
    }

    /// <summary>Runs statements as the owner.</summary>
    public async Task RunAsync(string sql) => await ReadAsync(sql);

    /// <summary>Gets the first value that a statement, run as the owner, returns.</summary>
    public async Task<object?> ReadAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync(Test.Token);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Test.Token);
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (_process is { HasExited: false })
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }
        _process?.Dispose();
        _folder.Dispose();
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await using var connection = new NpgsqlConnection(ConnectionString);
            await connection.OpenAsync(Test.Token);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private static string[] AsPostgres() => Environment.UserName == "root" ? ["runuser", "-u", "postgres", "--"] : [];

    private static async Task RunAsync(params string[] command)
    {
        using var process = Start(command);
        await process.WaitForExitAsync(Test.Token);
        Assert.True(process.ExitCode == 0, $"{string.Join(' ', command)} ended with {process.ExitCode}");
    }

    private static Process Start(string[] command)
    {
        var process = new Process
        {
            StartInfo = new(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" },
        };
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }
}
