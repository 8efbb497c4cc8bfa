using Microsoft.Diagnostics.Runtime;

namespace SaliencyCluster.Stacks;

/// <summary>The async methods that have begun and not ended, each with those that wait for it: no thread's stack shows them.</summary>
/// <remarks>
/// A process that is stopped anywhere has objects that were allocated and not yet filled, and state machines written by hand without the
/// compiler's fields. What cannot be read is counted and left out: the rest is still of use.
/// </remarks>
internal static class AsyncMethods
{
    private const string Box = "+AsyncStateMachineBox<", State = "<>1__state", Machine = "StateMachine", Continuation = "m_continuationObject";

    public static List<string> Waiting(ClrHeap heap)
    {
        if (!heap.CanWalkHeap) return ["The async methods cannot be read: the process was stopped amid a garbage collection. Try again."];
        var methods = new Dictionary<ulong, Method>();
        var unread = new List<string>();
        foreach (var item in heap.EnumerateObjects())
        {
            if (item.Type?.Name is not { } type || !type.Contains(Box, StringComparison.Ordinal)) continue;
            try
            {
                if (Read(item, type) is { } method) methods[item.Address] = method;
            }
            catch (Exception error)
            {
                // Whatever the library makes of memory that is not what its type says.
                unread.Add($"{type}: {error.Message}");
            }
        }
        var awaited = methods.Values.Select(m => m.WaitedForBy).ToHashSet();
        var chains = from method in methods where !awaited.Contains(method.Key) select Chain(method.Key, methods);
        var ours = chains.Where(c => c.Contains("SaliencyCluster", StringComparison.Ordinal)).GroupBy(c => c).OrderByDescending(g => g.Count());
        List<string> lines = [.. ours.Select(chain => $"{chain.Count()} times awaiting:{Environment.NewLine}{chain.Key}")];
        if (unread.Count > 0) lines.Add($"{unread.Count} async methods could not be read; the first: {unread[0]}");
        return lines;
    }

    // A method that has not begun to wait has state -1, an ended one -2.
    private static Method? Read(ClrObject box, string type)
    {
        if (box.Type!.GetFieldByName(Machine) is not { } field || StateOf(box, field) is not (>= 0 and var state)) return null;
        var waiter = box.Type.GetFieldByName(Continuation) is not null && box.TryReadObjectField(Continuation, out var next) ? next.Address : 0;
        return new(field.Type?.Name ?? type, state, waiter);
    }

    private static int? StateOf(ClrObject box, ClrInstanceField machine)
    {
        if (machine.IsValueType) return machine.Type?.GetFieldByName(State) is null ? null : box.ReadValueTypeField(Machine).ReadField<int>(State);
        // Null while the method is about to begin; of an interface type in builds without optimisation.
        return box.TryReadObjectField(Machine, out var made) && made is { IsNull: false, IsValid: true } && made.TryReadField<int>(State, out var state) ? state : null;
    }

    private static string Chain(ulong start, Dictionary<ulong, Method> methods)
    {
        var lines = new List<string>();
        var seen = new HashSet<ulong>();
        for (var at = start; methods.TryGetValue(at, out var method) && seen.Add(at); at = method.WaitedForBy)
            lines.Add($"    in {method.Name} (await {method.State})");
        return string.Join(Environment.NewLine, lines);
    }

    private sealed record Method(string Name, int State, ulong WaitedForBy);
}
