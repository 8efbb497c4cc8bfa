using System.Globalization;
using Microsoft.Diagnostics.Runtime;
using SaliencyCluster.Stacks;

// SaliencyCluster.Stacks PID [FILE]: what the threads and the async methods of a .NET process stand at. It stops the process meanwhile,
// so nothing is written before it goes on: it may be what reads.
if (args is not [var text, ..] || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var process))
{
    Console.Error.WriteLine("usage: SaliencyCluster.Stacks PID [FILE]");
    return 2;
}

var lines = Read(process);
if (args.Length > 1) File.WriteAllLines(args[1], lines);
else foreach (var line in lines) Console.WriteLine(line);
return 0;

static List<string> Read(int process)
{
    using var target = DataTarget.AttachToProcess(process, suspend: true);
    if (target.ClrVersions is not [var clr, ..]) return [$"Process {process} runs no .NET code."];
    // What reads a runtime's memory lies beside that runtime; being of one build they need no comparison, and a live process tells no version.
    var access = Path.Combine(Path.GetDirectoryName(clr.ModuleInfo.FileName) ?? "", "libmscordaccore.so");
    using var runtime = File.Exists(access) ? clr.CreateRuntime(access, ignoreMismatch: true) : clr.CreateRuntime();
    return [.. Part("async methods", () => AsyncMethods.Waiting(runtime.Heap)), .. Part("threads", () => ThreadStacks.Of(runtime))];
}

// One part that cannot be read must not take the other with it: this is asked once, of a process that is about to be ended.
static List<string> Part(string what, Func<IEnumerable<string>> read)
{
    try
    {
        return [.. read()];
    }
    catch (Exception error)
    {
        return [$"The {what} cannot be read: {error}"];
    }
}
