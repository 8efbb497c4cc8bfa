using SaliencyCluster.Grains.Abstractions.Queue;

namespace SaliencyCluster.Grains.Queue;

/// <summary>Devices whose request waits for work, longest first. For use on one grain's scheduler.</summary>
internal sealed class Waiters
{
    private readonly LinkedList<Waiter> _waiting = [];

    public int Count => _waiting.Count;

    /// <summary>
    /// Waits until <see cref="Serve"/> finds work for the request, or the time is over, or the caller has gone. A device waits once: an
    /// earlier request of its own, whose answer it no longer expects, is let go.
    /// </summary>
    /// <returns>What was granted, even where the time was over or the caller had gone just before; empty when there was nothing.</returns>
    public async Task<IReadOnlyList<Lease>> WaitAsync(AcquireRequest request, TimeProvider time, CancellationToken cancellation)
    {
        LetGo(d => d == request.Device);
        var node = _waiting.AddLast(new Waiter(request));
        try
        {
            return await node.Value.Granted.Task.WaitAsync(request.MaxWait, time, cancellation);
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException)
        {
            // Between the end of the wait and here the grain may have served others, and this one with them.
            return node.Value.Granted.Task.IsCompletedSuccessfully ? await node.Value.Granted.Task : [];
        }
        finally
        {
            if (node.List is not null) _waiting.Remove(node);
        }
    }

    /// <summary>Gives work to those who wait, until there is none: first to those that have its model loaded.</summary>
    /// <param name="nextModel">The model of the work that goes next; null when there is none.</param>
    /// <param name="acquire">Leases work to a request.</param>
    public void Serve(Func<string?> nextModel, Func<AcquireRequest, IReadOnlyList<Lease>> acquire)
    {
        HashSet<Waiter>? refused = null;
        while (_waiting.First is not null && nextModel() is { } model && Next(model, refused) is { } node)
        {
            if (acquire(node.Value.Request) is not { Count: > 0 } leases)
            {
                // Pauses or leaves: the others may do it.
                (refused ??= []).Add(node.Value);
                continue;
            }
            _waiting.Remove(node);
            node.Value.Granted.TrySetResult(leases);
        }
    }

    /// <summary>Lets everybody who waits ask again: time alone may have made work for an idle device, such as a straggler's shards.</summary>
    public void AskAgain(Func<AcquireRequest, IReadOnlyList<Lease>> acquire)
    {
        for (var node = _waiting.First; node is not null;)
        {
            var (waiter, current) = (node.Value, node);
            node = node.Next;
            if (acquire(waiter.Request) is not { Count: > 0 } leases) continue;
            _waiting.Remove(current);
            waiter.Granted.TrySetResult(leases);
        }
    }

    /// <summary>Lets the requests of a process go that has died: what they got would wait for nobody.</summary>
    public void LetGo(string silo) => LetGo(d => d.SiloAddress == silo);

    private void LetGo(Predicate<DeviceId> whose)
    {
        for (var node = _waiting.First; node is not null;)
        {
            var (waiter, current) = (node.Value, node);
            node = node.Next;
            if (!whose(waiter.Request.Device)) continue;
            _waiting.Remove(current);
            waiter.Granted.TrySetResult([]);
        }
    }

    private LinkedListNode<Waiter>? Next(string model, HashSet<Waiter>? refused)
    {
        LinkedListNode<Waiter>? first = null;
        for (var node = _waiting.First; node is not null; node = node.Next)
        {
            if (refused?.Contains(node.Value) == true) continue;
            if (node.Value.Request.Models.Contains(model)) return node;
            first ??= node;
        }
        return first;
    }

    private sealed class Waiter(AcquireRequest request)
    {
        public AcquireRequest Request => request;

        public TaskCompletionSource<IReadOnlyList<Lease>> Granted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
