using System.Diagnostics;
using System.Text.Json;
using SaliencyCluster.Cli.CommandLine;

namespace SaliencyCluster.Browser.Tests.Servers;

/// <summary><c>saliency serve</c> in a process of its own, on ports that it says.</summary>
public sealed class Serving
{
    private readonly Process _process;
    private Task<string> _errors = Task.FromResult("");

    private Serving(Process process) => _process = process;

    /// <summary>Gets the address of the dashboard.</summary>
    public Uri Http { get; private set; } = null!;

    /// <summary>Gets the address of the API.</summary>
    public Uri Grpc { get; private set; } = null!;

    /// <summary>Starts it and waits until it serves.</summary>
    /// <param name="data">Its folder.</param>
    /// <param name="workers">How many processes beside it; null lets it compute by itself.</param>
    /// <param name="before">One whose ports it takes over.</param>
    public static async Task<Serving> StartAsync(string data, int? workers, Serving? before = null)
    {
        string[] arguments = [typeof(SaliencyCommandLine).Assembly.Location, "serve", "--json", "--data", data,
            .. workers is null ? Array.Empty<string>() : ["--workers", $"{workers}"], "--lanes", "1", "--grpc-port", $"{before?.Grpc.Port ?? 0}", "--http-port", $"{before?.Http.Port ?? 0}", "--metrics-port", "0"];
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        var serving = new Serving(Process.Start(start)!);
        // From the start: a process whose errors nobody reads stops at the first 64 KiB, and then never ends.
        serving._errors = serving._process.StandardError.ReadToEndAsync();
        var addresses = await serving.AddressesAsync();
        serving.Http = new(addresses.GetProperty("http").GetString()!);
        serving.Grpc = new(addresses.GetProperty("grpc").GetString()!);
        return serving;
    }

    /// <summary>Sends it a signal, such as <c>STOP</c>.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Ends it with a signal and returns what it wrote of errors, but for calls whose callers left while they were read.</summary>
    public async Task<string> StopAsync(string signal = "TERM")
    {
        await SignalAsync(signal);
        await _process.WaitForExitAsync();
        var errors = await _errors;
        _process.Dispose();
        // A page that is closed ends its calls, and gRPC logs that as the failure of a call.
        return string.Concat(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.Contains("The client reset the request stream.", StringComparison.Ordinal)).Select(line => line + '\n'));
    }

    private async Task<JsonElement> AddressesAsync()
    {
        var text = "";
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            text += line;
            if (line == "}") return JsonDocument.Parse(text).RootElement;
        }
        throw new InvalidOperationException($"It ended before it served: {await _errors}");
    }
}
