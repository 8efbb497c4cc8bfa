using System.Text.Json.Nodes;
using SaliencyCluster.Cli.Output;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Errors;

/// <summary>Prints an error: what went wrong, a pointer at the word that is to blame, and what to do next.</summary>
internal static class ErrorPrinter
{
    /// <summary>Prints and returns the exit code.</summary>
    public static int Print(CliHost host, SaliencyException error)
    {
        var exit = ExitCode.Of(error.Code);
        if (host.Json)
        {
            JsonPrinter.Print(host.Error, new JsonObject
            {
                ["error"] = new JsonObject { ["code"] = error.Code, ["what"] = error.What, ["next"] = error.Next, ["exitCode"] = exit },
            });
            return exit;
        }
        host.Error.WriteLine($"error {error.Code}: {error.What}");
        var next = error.Next.Length == 0 ? "" : " " + error.Next;
        if (CommandLinePointer.At(host.Arguments, error.What, host.Width) is { } pointer)
        {
            host.Error.WriteLine($"  {pointer.Line}");
            host.Error.WriteLine($"  {pointer.Carets}{next}");
        }
        else if (next.Length > 0) host.Error.WriteLine($" {next}");
        return exit;
    }
}
